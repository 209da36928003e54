-- One event per open minute, judged at the minute's end: good when the open time since the last success is within bounds.
-- A bad minute counts only if Supplyscope was receiving then; minutes from before it first ran are history told later, and count.
INSERT INTO sli_slices (sla_id, generation, facility_id, minute, good, total, measured)
WITH
    minutes AS
    (
        SELECT d.1 AS sla_id, d.2 AS generation, d.3 AS interface, d.4 AS calendar_id, d.5 AS revision, d.6 AS within_us,
            toDateTime(arrayJoin(range(d.7, d.8, 60)), 'UTC') AS minute, toDateTime64(minute, 6, 'UTC') AS begins,
            begins + INTERVAL 60 SECOND AS ends
        FROM (SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {generations:Array(String)}, {interfaces:Array(String)},
            {calendars:Array(String)}, {revisions:Array(String)}, {within_us:Array(Int64)}, {first:Array(UInt32)}, {until:Array(UInt32)})) AS d)
    ),
    openings AS
    (
        SELECT calendar_id, revision, opened, closed, open_before
        FROM calendar_openings FINAL
        WHERE calendar_id IN {calendars:Array(String)} AND revision IN {revisions:Array(String)}
    ),
    successes AS
    (
        SELECT DISTINCT toString(interface_id) AS interface, toDateTime64(last_success, 6, 'UTC') AS succeeded
        FROM operations_per_minute
        WHERE interface_id IN {interfaces:Array(String)} AND last_success > toDateTime64(0, 3, 'UTC')
            AND minute >= toDateTime({oldest:DateTime64(3, 'UTC')})
    ),
    open_minutes AS
    (
        SELECT m.sla_id AS sla_id, m.generation AS generation, m.interface AS interface, m.calendar_id AS calendar_id, m.revision AS revision,
            m.within_us AS within_us, m.minute AS minute, m.ends AS ends,
            o.open_before + toUnixTimestamp64Micro(least(m.ends, o.closed)) - toUnixTimestamp64Micro(o.opened) AS open_until_end
        FROM minutes AS m
        ASOF INNER JOIN openings AS o ON m.calendar_id = o.calendar_id AND m.revision = o.revision AND m.begins >= o.opened
        WHERE m.begins < o.closed
    ),
    with_success AS
    (
        SELECT m.sla_id AS sla_id, m.generation AS generation, m.calendar_id AS calendar_id, m.revision AS revision, m.within_us AS within_us,
            m.minute AS minute, m.open_until_end AS open_until_end, s.succeeded AS succeeded
        FROM open_minutes AS m
        ASOF INNER JOIN successes AS s ON m.interface = s.interface AND m.ends >= s.succeeded
    ),
    judged AS
    (
        SELECT m.sla_id AS sla_id, m.generation AS generation, m.minute AS minute,
            m.open_until_end - (o.open_before + toUnixTimestamp64Micro(least(m.succeeded, o.closed)) - toUnixTimestamp64Micro(o.opened))
                <= m.within_us AS is_fresh
        FROM with_success AS m
        ASOF LEFT JOIN openings AS o ON m.calendar_id = o.calendar_id AND m.revision = o.revision AND m.succeeded >= o.opened
    )
SELECT
    sla_id,
    generation,
    '' AS facility_id,
    minute,
    sum(fresh_good) AS good,
    sum(fresh_total) AS total,
    {stamp:DateTime64(3, 'UTC')} AS measured
FROM
(
    SELECT sla_id, generation, minute, toUInt64(is_fresh) AS fresh_good, 1 AS fresh_total, 0 AS recorded_good, 0 AS recorded_total
    FROM judged
    WHERE is_fresh OR (SELECT count() FROM observed) = 0 OR minute < (SELECT min(observed.minute) FROM observed)
        OR minute IN (SELECT observed.minute FROM observed)
    UNION ALL
    SELECT sla_id, generation, minute, 0 AS fresh_good, 0 AS fresh_total, r.good AS recorded_good, r.total AS recorded_total
    FROM sli_slices AS r FINAL
    WHERE r.sla_id IN {sla_ids:Array(String)} AND r.generation IN {generations:Array(String)}
        AND (sla_id, generation, minute) IN (SELECT sla_id, generation, minute FROM minutes)
)
GROUP BY sla_id, generation, minute
HAVING good != sum(recorded_good) OR total != sum(recorded_total)
