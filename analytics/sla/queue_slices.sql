-- Samples of queues within bounds, from the minutes that received any; a sample that does not tell the figure is no event.
INSERT INTO sli_slices (sla_id, generation, facility_id, minute, good, total, measured)
WITH
    definitions AS
    (
        SELECT sla_id, generation, toString(queue) AS queue, toString(measure) AS measure, at_most
        FROM slo_definitions FINAL
        WHERE revision = {revision:String} AND kind = 'threshold' AND sla_id IN {sla_ids:Array(String)}
    ),
    changed AS
    (
        SELECT DISTINCT toString(q.queue) AS queue, toStartOfMinute(toDateTime(time, 'UTC')) AS minute
        FROM queue_samples AS q
        WHERE q.received > {earliest:DateTime64(3, 'UTC')} AND toString(q.queue) IN (SELECT queue FROM definitions)
    )
SELECT sla_id, generation, '' AS facility_id, minute, sum(fresh_good) AS good, sum(fresh_total) AS total, {stamp:DateTime64(3, 'UTC')} AS measured
FROM
(
    SELECT d.sla_id AS sla_id, d.generation AS generation, s.minute AS minute, countIf(if(d.measure = 'depth', s.depth, s.oldest) <= d.at_most) AS fresh_good,
        countIf(if(d.measure = 'depth', s.depth, s.oldest) IS NOT NULL) AS fresh_total, 0 AS recorded_good, 0 AS recorded_total
    FROM
    (
        SELECT toString(q.queue) AS queue, toStartOfMinute(toDateTime(time, 'UTC')) AS minute, toFloat64(q.depth) AS depth, q.oldest_age_seconds AS oldest
        FROM queue_samples AS q FINAL
        WHERE (toString(q.queue), toStartOfMinute(toDateTime(time, 'UTC'))) IN (SELECT queue, minute FROM changed)
    ) AS s
    INNER JOIN definitions AS d ON s.queue = d.queue
    GROUP BY sla_id, generation, minute
    UNION ALL
    SELECT toString(r.sla_id) AS sla_id, toString(r.generation) AS generation, r.minute AS minute, 0 AS fresh_good, 0 AS fresh_total,
        r.good AS recorded_good, r.total AS recorded_total
    FROM sli_slices AS r FINAL
    INNER JOIN definitions AS d ON toString(r.sla_id) = d.sla_id AND toString(r.generation) = d.generation
    WHERE toStartOfHour(r.minute) IN (SELECT DISTINCT toStartOfHour(minute) FROM changed) AND (d.queue, r.minute) IN (SELECT queue, minute FROM changed)
)
GROUP BY sla_id, generation, minute
HAVING good != sum(recorded_good) OR total != sum(recorded_total)
