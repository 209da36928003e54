-- Touched slices counted from the record, as differences to what is there. An excluded minute counts for nothing; a silent minute
-- in which we were receiving counts as one bad (or good) event where the SLA says so, a silent slice likewise.
INSERT INTO sli_grains (grain, slot, slo, good, total, good_slices, counted_slices, excluded_seconds, budget_good, budget_total)
WITH
    touched AS (SELECT slo, slice FROM sli_touched WHERE run = {run:DateTime64(3, 'UTC')}),
    hours AS (SELECT DISTINCT toStartOfHour(slice) AS hour FROM touched),
    definitions AS
    (
        SELECT slo, sla_id, generation, slice_seconds, slice_ppb, method, no_data
        FROM slo_definitions FINAL
        WHERE revision = {revision:String} AND slo IN (SELECT slo FROM touched)
    ),
    minutes AS
    (
        SELECT d.slo AS slo, s.minute AS minute, toInt64(s.good) AS good, toInt64(s.total) AS total, 0 AS excluded, 0 AS silent
        FROM
        (
            SELECT toString(sla_id) AS sla_id, toString(generation) AS generation, minute, sum(r.good) AS good, sum(r.total) AS total
            FROM sli_slices AS r FINAL
            WHERE toStartOfHour(minute) IN (SELECT hour FROM hours)
            GROUP BY sla_id, generation, minute
        ) AS s
        INNER JOIN definitions AS d ON s.sla_id = d.sla_id AND s.generation = d.generation
        UNION ALL
        SELECT d.slo AS slo, toDateTime(arrayJoin(range(toUInt32(e.start), toUInt32(e.end), 60)), 'UTC') AS minute, toInt64(0) AS good, toInt64(0) AS total, 1 AS excluded, 0 AS silent
        FROM (SELECT * FROM sla_exclusions FINAL WHERE active) AS e
        INNER JOIN definitions AS d ON e.sla_id = d.sla_id
        UNION ALL
        SELECT t.slo AS slo, toDateTime(arrayJoin(range(toUInt32(t.slice), toUInt32(t.slice) + d.slice_seconds, 60)), 'UTC') AS minute, toInt64(0) AS good, toInt64(0) AS total, 0 AS excluded, 1 AS silent
        FROM touched AS t
        INNER JOIN definitions AS d ON t.slo = d.slo
        WHERE d.no_data IN ('bad', 'good')
    ),
    counted AS
    (
        SELECT d.slo AS slo, m.minute AS minute, toDateTime(intDiv(toUInt32(m.minute), d.slice_seconds) * d.slice_seconds, 'UTC') AS slice,
            any(d.method) AS method, any(d.slice_ppb) AS slice_ppb, any(d.no_data) AS no_data,
            max(m.excluded) AS is_excluded, toInt64(sum(m.good) * (1 - is_excluded)) AS good, toInt64(sum(m.total) * (1 - is_excluded)) AS total,
            max(m.silent) AND NOT is_excluded AND total = 0 AND toUInt32(minute) < {filled_until:UInt32}
                AND minute IN (SELECT observed.minute FROM observed) AS is_silent
        FROM minutes AS m
        INNER JOIN definitions AS d ON m.slo = d.slo
        WHERE (d.slo, slice) IN (SELECT slo, slice FROM touched)
        GROUP BY slo, minute, slice
    )
SELECT 1 AS grain, slot, slo, sum(good) AS good, sum(total) AS total, sum(good_slices) AS good_slices, sum(counted_slices) AS counted_slices,
    sum(excluded_seconds) AS excluded_seconds, sum(budget_good) AS budget_good, sum(budget_total) AS budget_total
FROM
(
    SELECT slo, minute AS slot, toInt64(counted.good) AS good, toInt64(counted.total) AS total, toInt64(0) AS good_slices, toInt64(0) AS counted_slices,
        toInt64(60 * is_excluded) AS excluded_seconds, toInt64(if(method = 0, counted.good + (is_silent AND no_data = 'good'), 0)) AS budget_good,
        toInt64(if(method = 0, counted.total + is_silent, 0)) AS budget_total
    FROM counted
    UNION ALL
    SELECT slo, slice AS slot, toInt64(0) AS good, toInt64(0) AS total, toInt64(is_good) AS good_slices, toInt64(is_counted) AS counted_slices,
        toInt64(0) AS excluded_seconds,
        toInt64(multiIf(method = 1, is_good, method = 2 AND events > 0, intDiv(good_events * 1000000000, events), method = 2, 1000000000 * is_good, 0)) AS budget_good,
        toInt64(multiIf(method = 1, is_counted, method = 2, 1000000000 * is_counted, 0)) AS budget_total
    FROM
    (
        SELECT slo, slice, any(counted.method) AS method, toInt64(sum(counted.good)) AS good_events, toInt64(sum(counted.total)) AS events,
            max(is_silent) AS silent, toInt64(events > 0 OR silent) AS is_counted,
            toInt64(if(events > 0, good_events * 1000000000 >= toInt64(any(counted.slice_ppb)) * events, silent AND any(counted.no_data) = 'good')) AS is_good
        FROM counted
        GROUP BY slo, slice
    )
    UNION ALL
    SELECT g.slo AS slo, g.slot AS slot, -g.good AS good, -g.total AS total, toInt64(-g.good_slices) AS good_slices, toInt64(-g.counted_slices) AS counted_slices,
        toInt64(-g.excluded_seconds) AS excluded_seconds, -g.budget_good AS budget_good, -g.budget_total AS budget_total
    FROM sli_grains AS g
    INNER JOIN definitions AS d ON g.slo = d.slo
    WHERE g.grain = 1 AND toStartOfHour(g.slot) IN (SELECT hour FROM hours)
        AND (g.slo, toDateTime(intDiv(toUInt32(g.slot), d.slice_seconds) * d.slice_seconds, 'UTC')) IN (SELECT slo, slice FROM touched)
)
GROUP BY slo, slot
HAVING good != 0 OR total != 0 OR good_slices != 0 OR counted_slices != 0 OR excluded_seconds != 0 OR budget_good != 0 OR budget_total != 0
