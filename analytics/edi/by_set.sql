SELECT
    set_id, direction, partner, count() AS documents,
    countIf(status = 'accepted') AS accepted, countIf(status = 'rejected') AS rejected, countIf(status = 'awaiting') AS awaiting,
    countIf(status = 'overdue') AS overdue, countIf(reading = 'failed') AS failed, max(time) AS newest
FROM judged
GROUP BY set_id, direction, partner
ORDER BY overdue DESC, rejected DESC, set_id, direction, partner
