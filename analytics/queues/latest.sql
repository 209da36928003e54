-- The newest reading of every queue seen in the last week, its rates over the last 15 minutes and its peak of a day.
-- A metric point gives one figure of a queue (metric names it), a whole reading all of them (metric is ''), also those that are then
-- unknown. A figure counts while it is at most two minutes older than the queue's newest row: points of one scrape differ in time.
WITH
(told, at, newest) -> if(at > newest - INTERVAL 2 MINUTE, told, NULL) AS fresh,
samples AS
(
    SELECT
        queue, broker, time, metric, interface_id, depth, oldest_age_seconds, in_flight, consumers, publish_rate, ack_rate, dead_letters,
        capacity, published, acknowledged,
        time > {now:DateTime64(6,'UTC')} - INTERVAL 15 MINUTE AS lately,
        time > {now:DateTime64(6,'UTC')} - INTERVAL 1 DAY AS today
    FROM queue_samples FINAL
    WHERE time > {now:DateTime64(6,'UTC')} - INTERVAL 7 DAY AND time <= {now:DateTime64(6,'UTC')}
),
queues AS
(
    WITH
        (counts) -> arraySum(arrayMap((a, b) -> if(b.2 >= a.2, b.2 - a.2, b.2), arrayPopBack(counts), arrayPopFront(counts))) AS grown,
        (counts) -> dateDiff('millisecond', counts[1].1, counts[-1].1) / 1000 AS seconds,
        (counts) -> if(length(counts) < 2 OR seconds(counts) = 0, NULL, grown(counts) / seconds(counts)) AS per_second,
        arraySort(groupArrayIf((s.time, assumeNotNull(s.published)), s.lately AND s.published IS NOT NULL)) AS published_counts,
        arraySort(groupArrayIf((s.time, assumeNotNull(s.acknowledged)), s.lately AND s.acknowledged IS NOT NULL)) AS acknowledged_counts
    SELECT
        queue,
        broker,
        max(time) AS sampled,
        argMax(toString(s.interface_id), time) AS interface_id,
        argMaxIf((s.depth, time), time, metric IN ('', 'depth')) AS depth_at,
        argMaxIf((s.oldest_age_seconds, time), time, metric IN ('', 'oldest_age_seconds')) AS age_at,
        argMaxIf((s.in_flight, time), time, metric IN ('', 'in_flight')) AS in_flight_at,
        argMaxIf((s.consumers, time), time, metric IN ('', 'consumers')) AS consumers_at,
        argMaxIf((s.publish_rate, time), time, metric IN ('', 'publish_rate')) AS publish_rate_at,
        argMaxIf((s.ack_rate, time), time, metric IN ('', 'ack_rate')) AS ack_rate_at,
        argMaxIf((s.dead_letters, time), time, metric IN ('', 'dead_letters')) AS dead_letters_at,
        argMaxIf((s.capacity, time), time, metric IN ('', 'capacity')) AS capacity_at,
        per_second(published_counts) AS published_per_second,
        per_second(acknowledged_counts) AS acknowledged_per_second,
        coalesce(avgIf(s.ack_rate, lately), acknowledged_per_second)
            - coalesce(avgIf(s.publish_rate, lately), published_per_second) AS drained_per_second,
        maxIf(s.depth, today) AS peak_depth
    FROM samples AS s
    GROUP BY queue, broker
)
SELECT
    queue,
    broker,
    interface_id,
    sampled,
    fresh(depth_at.1, depth_at.2, sampled) AS depth,
    fresh(age_at.1, age_at.2, sampled) AS oldest_age_seconds,
    fresh(in_flight_at.1, in_flight_at.2, sampled) AS in_flight,
    fresh(consumers_at.1, consumers_at.2, sampled) AS consumers,
    coalesce(fresh(publish_rate_at.1, publish_rate_at.2, sampled), published_per_second) AS publish_rate,
    coalesce(fresh(ack_rate_at.1, ack_rate_at.2, sampled), acknowledged_per_second) AS ack_rate,
    fresh(dead_letters_at.1, dead_letters_at.2, sampled) AS dead_letters,
    fresh(capacity_at.1, capacity_at.2, sampled) AS capacity,
    multiIf(sampled <= {now:DateTime64(6,'UTC')} - INTERVAL 15 MINUTE, NULL, depth = 0, 0., drained_per_second > 0, depth / drained_per_second, NULL) AS drain_seconds,
    peak_depth
FROM queues
ORDER BY depth DESC NULLS LAST, queue, broker
