-- Durations come from the spans of the minutes that received anything: the record of a minute holds exact counts.
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
    SELECT c.sla_id AS sla_id, c.generation AS generation, s.facility_id AS facility_id, s.minute AS minute,
        countIf(s.nanoseconds <= c.within_ns) AS fresh_good, count() AS fresh_total, 0 AS recorded_good, 0 AS recorded_total
    FROM
    (
        SELECT interface_id, toString(spans.facility_id) AS facility_id, name, toStartOfMinute(toDateTime(start, 'UTC')) AS minute,
            toUnixTimestamp64Nano(end) - toUnixTimestamp64Nano(start) AS nanoseconds
        FROM spans
        WHERE bucket IN (SELECT DISTINCT toStartOfFiveMinutes(minute) FROM changed) AND interface_id IN {interfaces:Array(String)}
    ) AS s
    INNER JOIN changed AS c ON s.interface_id = c.interface AND s.minute = c.minute
    WHERE c.operation = '' OR s.name = c.operation
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
