-- Minutes in which an instance was or is now counted, counted again over all instances.
INSERT INTO sli_slices (sla_id, generation, facility_id, minute, good, total, measured)
WITH touched AS
(
    SELECT DISTINCT i.sla_id AS sla_id, i.generation AS generation, arrayJoin([i.minute, i.previous_minute]) AS minute
    FROM sla_instances AS i
    INNER JOIN
    (
        SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {generations:Array(String)}, {since:Array(DateTime64(3, 'UTC'))})) AS d
    ) AS definitions ON i.sla_id = d.1 AND i.generation = d.2
    WHERE i.sla_id IN {sla_ids:Array(String)} AND i.measured > {earliest:DateTime64(3, 'UTC')} AND i.measured > d.3
)
SELECT
    sla_id,
    generation,
    facility_id,
    minute,
    sum(fresh_good) AS good,
    sum(fresh_total) AS total,
    {stamp:DateTime64(3, 'UTC')} AS measured
FROM
(
    SELECT sla_id, generation, place AS facility_id, minute, countIf(verdict = 'good') AS fresh_good, count() AS fresh_total,
        0 AS recorded_good, 0 AS recorded_total
    FROM sla_instances FINAL
    WHERE sla_id IN {sla_ids:Array(String)} AND verdict IN ('good', 'bad')
        AND (sla_id, generation, minute) IN (SELECT sla_id, generation, minute FROM touched)
    GROUP BY sla_id, generation, facility_id, minute
    UNION ALL
    SELECT sla_id, generation, facility_id, minute, 0 AS fresh_good, 0 AS fresh_total, r.good AS recorded_good, r.total AS recorded_total
    FROM sli_slices AS r FINAL
    WHERE r.sla_id IN {sla_ids:Array(String)} AND (sla_id, generation, minute) IN (SELECT sla_id, generation, minute FROM touched)
)
GROUP BY sla_id, generation, facility_id, minute
HAVING good != sum(recorded_good) OR total != sum(recorded_total)
