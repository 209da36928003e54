-- What becomes of each queue sampled in the last week.
-- Rates: counters or rates of the broker over 15 minutes. Trend: least squares through the depths of 30 minutes (five samples or more).
-- Head: when the oldest message was enqueued; one that stays the oldest for ten minutes is not being consumed.
-- Usual: hourly means at the same hour of the week in the organisation's zone, of the eight weeks before the current hour.
WITH
{now:DateTime64(6,'UTC')} AS at,
depths AS
(
    SELECT
        queue, broker,
        max(s.time) AS sampled,
        argMax(toString(s.interface_id), s.time) AS interface_id,
        argMax(s.depth, s.time) AS depth,
        countIf(s.time > at - INTERVAL 30 MINUTE) AS points,
        dateDiff('second', minIf(s.time, s.time > at - INTERVAL 30 MINUTE), maxIf(s.time, s.time > at - INTERVAL 30 MINUTE)) AS spread,
        simpleLinearRegressionIf(dateDiff('millisecond', at, s.time) / 1000, toFloat64(assumeNotNull(s.depth)), s.time > at - INTERVAL 30 MINUTE).1 AS slope,
        argMinIf(s.depth, s.time, s.time > at - INTERVAL 1 HOUR) AS hour_ago,
        dateDiff('second', minIf(s.time, s.time > at - INTERVAL 1 HOUR), sampled) AS hour_spread,
        minIf(assumeNotNull(s.depth), s.time > at - INTERVAL 10 MINUTE) AS least_lately
    FROM queue_samples AS s FINAL
    WHERE s.time > at - INTERVAL 7 DAY AND s.time <= at AND s.depth IS NOT NULL
    GROUP BY queue, broker
),
consuming AS
(
    WITH
        (counts) -> arraySum(arrayMap((a, b) -> if(b.2 >= a.2, b.2 - a.2, b.2), arrayPopBack(counts), arrayPopFront(counts))) AS grown,
        (counts) -> dateDiff('millisecond', counts[1].1, counts[-1].1) / 1000 AS seconds,
        (counts) -> if(length(counts) < 2 OR seconds(counts) = 0, NULL, grown(counts) / seconds(counts)) AS per_second,
        arraySort(groupArrayIf((s.time, assumeNotNull(s.published)), s.lately AND s.published IS NOT NULL)) AS published_counts,
        arraySort(groupArrayIf((s.time, assumeNotNull(s.acknowledged)), s.lately AND s.acknowledged IS NOT NULL)) AS acknowledged_counts,
        arraySort(groupArrayIf((s.time, assumeNotNull(s.acknowledged)), s.acknowledged IS NOT NULL)) AS all_acknowledged,
        arraySort(groupArrayIf((s.time, addMilliseconds(s.time, -toInt64(round(1000 * assumeNotNull(s.oldest_age_seconds))))), s.oldest_age_seconds IS NOT NULL)) AS heads
    SELECT
        queue, broker,
        coalesce(avgIf(s.ack_rate, lately), per_second(acknowledged_counts)) AS acknowledged_per_second,
        coalesce(avgIf(s.publish_rate, lately), per_second(published_counts)) AS published_per_second,
        argMaxIf(s.consumers, s.time, s.consumers IS NOT NULL) AS consumers,
        argMaxIf(s.in_flight, s.time, s.in_flight IS NOT NULL) AS in_flight,
        minIf(s.time, s.consumers = 0 AND s.time > last_with_consumer) AS without_since,
        -- Since when nothing was acknowledged: after the last growth of the counter, else the last rate above 0.
        arrayMax(arrayMap((a, b) -> if(b.2 != a.2, b.1, toDateTime64(0, 3, 'UTC')), arrayPopBack(all_acknowledged), arrayPopFront(all_acknowledged))) AS counter_moved,
        if(notEmpty(all_acknowledged), greatest(counter_moved, all_acknowledged[1].1), maxIf(s.time, s.ack_rate > 0)) AS moved,
        if(notEmpty(all_acknowledged), all_acknowledged[-1].1, maxIf(s.time, s.ack_rate IS NOT NULL)) AS last_ack_sample,
        minIf(s.time, s.ack_rate IS NOT NULL) AS first_rate,
        -- Since when the head is the same, to two seconds: ages are rounded.
        arrayFirst(h -> abs(dateDiff('millisecond', h.2, heads[-1].2)) <= 2000, heads).1 AS head_since,
        length(heads) AS head_samples,
        heads[-1].1 AS head_sampled
    FROM
    (
        SELECT
            *,
            time > at - INTERVAL 15 MINUTE AS lately,
            maxIf(time, consumers > 0) OVER (PARTITION BY queue, broker) AS last_with_consumer
        FROM queue_samples FINAL
        WHERE time > at - INTERVAL 1 DAY AND time <= at
    ) AS s
    GROUP BY queue, broker
),
usual AS
(
    SELECT
        queue, broker,
        count() AS weeks,
        quantileExactInclusive(0.5)(h.mean_depth) AS usual_depth,
        quantileExactInclusive(0.9)(toFloat64(h.peak_depth)) AS high_depth,
        quantileExactInclusive(0.5)(toFloat64(h.last_depth) - toFloat64(h.first_depth)) AS usual_growth
    FROM queue_hours AS h FINAL
    WHERE h.hour >= toStartOfHour(toDateTime(at, 'UTC')) - INTERVAL 57 DAY AND h.hour < toStartOfHour(toDateTime(at, 'UTC'))
        AND toDayOfWeek(toTimeZone(h.hour, {zone:String})) = toDayOfWeek(toTimeZone(toDateTime(at, 'UTC'), {zone:String}))
        AND toHour(toTimeZone(h.hour, {zone:String})) = toHour(toTimeZone(toDateTime(at, 'UTC'), {zone:String}))
    GROUP BY queue, broker
)
SELECT
    toString(d.queue) AS queue,
    toString(d.broker) AS broker,
    d.interface_id AS interface_id,
    d.sampled AS sampled,
    d.depth AS depth,
    d.sampled <= at - INTERVAL 15 MINUTE AS silent,
    c.acknowledged_per_second - c.published_per_second AS rate,
    if(d.points >= 5 AND d.spread >= 120, -d.slope, NULL) AS trend,
    multiIf(silent, '', d.depth = 0, 'empty', rate IS NOT NULL, 'rates', trend IS NOT NULL, 'trend', '') AS drain_method,
    multiIf(drain_method = '', NULL, drain_method = 'empty', 0., drain_method = 'rates' AND rate > 0, d.depth / rate, drain_method = 'trend' AND trend > 0, d.depth / trend, NULL) AS drain_seconds,
    multiIf(
        silent OR d.depth = 0 OR d.least_lately = 0, '',
        c.consumers = 0 AND c.without_since <= at - INTERVAL 10 MINUTE, 'no_consumer',
        c.last_ack_sample > at - INTERVAL 15 MINUTE AND greatest(c.moved, c.first_rate) <= c.last_ack_sample - INTERVAL 10 MINUTE
            AND (c.acknowledged_per_second IS NOT NULL), 'not_acknowledging',
        c.last_ack_sample <= toDateTime64(1, 3, 'UTC') AND c.head_samples >= 2 AND c.head_since <= c.head_sampled - INTERVAL 10 MINUTE AND c.head_sampled > at - INTERVAL 15 MINUTE, 'head_not_moving',
        '') AS stuck,
    multiIf(
        stuck = 'no_consumer', c.without_since,
        stuck = 'not_acknowledging', greatest(c.moved, if(c.moved <= toDateTime64(1, 3, 'UTC'), c.first_rate, c.moved)),
        stuck = 'head_not_moving', c.head_since,
        NULL) AS stuck_since,
    c.in_flight AS in_flight,
    if(d.hour_spread >= 600, (toFloat64(d.depth) - toFloat64(d.hour_ago)) * 3600 / d.hour_spread, NULL) AS growth_per_hour,
    ifNull(u.weeks, 0) AS usual_weeks,
    if(u.weeks > 0, u.usual_depth, NULL) AS usual_depth,
    if(u.weeks > 0, u.high_depth, NULL) AS high_depth,
    if(u.weeks > 0, u.usual_growth, NULL) AS usual_growth_per_hour
FROM depths AS d
LEFT JOIN consuming AS c ON c.queue = d.queue AND c.broker = d.broker
LEFT JOIN usual AS u ON u.queue = d.queue AND u.broker = d.broker
ORDER BY stuck = '', depth DESC, queue, broker
SETTINGS join_use_nulls = 1
