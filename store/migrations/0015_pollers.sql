-- How each poller of a broker did, one row per poll: a poller that fails is reported like what it watches.
CREATE TABLE poller_states
(
    poller LowCardinality(String),
    time DateTime64(3, 'UTC'),
    kind LowCardinality(String),
    every_seconds Float64,
    last_good Nullable(DateTime64(3, 'UTC')),
    failures UInt32,
    queues UInt32,
    error String,
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (poller, time)
TTL toDateTime(received) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- One metric point gives one figure of a queue: metric names it, so that the points of one instant stand side by side
-- instead of replacing each other. '' is a whole reading. published and acknowledged are counters since the broker's start,
-- whose difference in time is the rate. capacity is the most messages the queue may hold.
ALTER TABLE queue_samples
    ADD COLUMN metric LowCardinality(String),
    ADD COLUMN capacity Nullable(UInt64),
    ADD COLUMN published Nullable(Float64),
    ADD COLUMN acknowledged Nullable(Float64),
    MODIFY ORDER BY (queue, broker, time, metric);
