-- The newest of everything that grains follow, and the first minute in which we were receiving.
SELECT
    (SELECT max(measured) FROM sli_slices) AS measured,
    (SELECT max(added) FROM slo_numbers) AS added,
    (SELECT max(recorded) FROM sla_exclusions) AS excluded,
    (SELECT min(minute) FROM observed) AS observed_from,
    (SELECT count() FROM sli_touched WHERE run = {run:DateTime64(3, 'UTC')}) AS touched
