-- The newest sample of every queue seen in the last week, its rates over the last 15 minutes and its peak of a day.
-- A sample sent twice is in both averages twice at most until it is merged, so samples are read once per instant.
WITH
samples AS
(
    SELECT
        queue, broker, time, interface_id, depth, oldest_age_seconds, in_flight, consumers, publish_rate, ack_rate, dead_letters,
        time > {now:DateTime64(6,'UTC')} - INTERVAL 15 MINUTE AS lately,
        time > {now:DateTime64(6,'UTC')} - INTERVAL 1 DAY AS today
    FROM queue_samples FINAL
    WHERE time > {now:DateTime64(6,'UTC')} - INTERVAL 7 DAY AND time <= {now:DateTime64(6,'UTC')}
),
queues AS
(
    SELECT
        queue,
        broker,
        max(time) AS sampled,
        argMax(tuple(toString(interface_id), depth, oldest_age_seconds, in_flight, consumers, publish_rate, ack_rate, dead_letters), time) AS newest,
        avgIf(s.ack_rate, lately) - avgIf(s.publish_rate, lately) AS drained_per_second,
        maxIf(s.depth, today) AS peak_depth
    FROM samples AS s
    GROUP BY queue, broker
)
SELECT
    queue,
    broker,
    newest.1 AS interface_id,
    sampled,
    newest.2 AS depth,
    newest.3 AS oldest_age_seconds,
    newest.4 AS in_flight,
    newest.5 AS consumers,
    newest.6 AS publish_rate,
    newest.7 AS ack_rate,
    newest.8 AS dead_letters,
    multiIf(sampled <= {now:DateTime64(6,'UTC')} - INTERVAL 15 MINUTE, NULL, newest.2 = 0, 0., drained_per_second > 0, newest.2 / drained_per_second, NULL) AS drain_seconds,
    peak_depth
FROM queues
ORDER BY depth DESC NULLS LAST, queue, broker
