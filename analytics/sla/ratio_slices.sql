-- Whole minutes that received anything are counted again; a slice is written where the count differs from the record.
INSERT INTO sli_slices (sla_id, generation, facility_id, minute, good, total, measured)
WITH
    definitions AS
    (
        SELECT d.1 AS sla_id, d.2 AS generation, d.3 AS interface, d.4 AS operation, d.5 AS within_ns, d.6 AS since
        FROM (SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {generations:Array(String)}, {interfaces:Array(String)},
            {operations:Array(String)}, {within_ns:Array(Int64)}, {since:Array(DateTime64(3, 'UTC'))})) AS d)
    ),
    changed AS
    (
        SELECT DISTINCT d.sla_id AS sla_id, d.generation AS generation, d.interface AS interface, d.operation AS operation,
            d.within_ns AS within_ns, o.minute AS minute
        FROM operations_per_minute AS o
        INNER JOIN definitions AS d ON o.interface_id = d.interface
        WHERE o.interface_id IN {interfaces:Array(String)} AND o.received > {earliest:DateTime64(3, 'UTC')} AND o.received > d.since
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
    SELECT c.sla_id AS sla_id, c.generation AS generation, toString(o.facility_id) AS facility_id, o.minute AS minute,
        sum(o.spans) - sum(o.errors) AS fresh_good, sum(o.spans) AS fresh_total, 0 AS recorded_good, 0 AS recorded_total
    FROM operations_per_minute AS o
    INNER JOIN changed AS c ON o.interface_id = c.interface AND o.minute = c.minute
    WHERE o.interface_id IN {interfaces:Array(String)} AND (c.operation = '' OR o.operation = c.operation)
    GROUP BY sla_id, generation, facility_id, minute
    UNION ALL
    SELECT sla_id, generation, facility_id, minute, 0 AS fresh_good, 0 AS fresh_total, r.good AS recorded_good, r.total AS recorded_total
    FROM sli_slices AS r FINAL
    WHERE r.sla_id IN {sla_ids:Array(String)} AND r.generation IN {generations:Array(String)}
        AND ((sla_id, generation, minute) IN (SELECT sla_id, generation, minute FROM changed)
            OR (r.sla_id IN {full:Array(String)} AND r.minute >= toDateTime({floor:DateTime64(3, 'UTC')})))
)
GROUP BY sla_id, generation, facility_id, minute
HAVING good != sum(recorded_good) OR total != sum(recorded_total)
