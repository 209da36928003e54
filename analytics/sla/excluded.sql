-- Exclusions in force in an interval, cut to it.
SELECT
    toString(e.sla_id) AS sla_id,
    greatest(toDateTime64(e.start, 6, 'UTC'), {start:DateTime64(6, 'UTC')}) AS start,
    least(toDateTime64(e.end, 6, 'UTC'), {end:DateTime64(6, 'UTC')}) AS end,
    e.exclusion_id AS exclusion_id,
    e.name AS name,
    toString(e.party) AS party
FROM (SELECT * FROM sla_exclusions FINAL WHERE active) AS e
WHERE e.end > toDateTime({start:DateTime64(6, 'UTC')}) AND e.start < toDateTime({end:DateTime64(6, 'UTC')})
ORDER BY sla_id, start, exclusion_id
