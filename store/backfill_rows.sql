-- Rows that rules read, from the tables' own counts.
SELECT (SELECT count() FROM spans) + (SELECT count() FROM batch_rejects) + (SELECT count() FROM failure_reports) AS rows
