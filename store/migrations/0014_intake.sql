-- What each key sent, as differences since the previous row of the same process; sum them.
CREATE TABLE intake_minutes
(
    minute DateTime('UTC'),
    key_id LowCardinality(String),
    signal LowCardinality(String),
    requests UInt64,
    records UInt64,
    bytes UInt64,
    repeated UInt64,
    refused UInt64,
    seconds Float64,
    received DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (signal, key_id, minute)
TTL minute + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000;

-- Why requests were refused, as differences.
CREATE TABLE intake_refusals
(
    minute DateTime('UTC'),
    signal LowCardinality(String),
    reason LowCardinality(String),
    refused UInt64,
    received DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (signal, reason, minute)
TTL minute + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000;

-- Per source and minute of receipt: how much came, and how far event times lie from our clock (positive: before receipt).
CREATE TABLE source_minutes
(
    signal LowCardinality(String),
    service LowCardinality(String),
    interface_id LowCardinality(String),
    minute DateTime('UTC'),
    records SimpleAggregateFunction(sum, UInt64),
    far_off SimpleAggregateFunction(sum, UInt64),
    lag_sum SimpleAggregateFunction(sum, Float64),
    lag_least SimpleAggregateFunction(min, Float64),
    lag_most SimpleAggregateFunction(max, Float64)
)
ENGINE = AggregatingMergeTree
ORDER BY (signal, service, interface_id, minute)
TTL minute + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
