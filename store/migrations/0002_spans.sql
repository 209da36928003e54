-- In trace order inside five-minute buckets (ADR D4). A bucket outside DateTime's range is 0, the time itself is exact.
CREATE TABLE spans
(
    bucket DateTime('UTC'),
    trace_id FixedString(16),
    span_id FixedString(8),
    parent_span_id FixedString(8),
    start DateTime64(9, 'UTC'),
    end DateTime64(9, 'UTC'),
    service LowCardinality(String),
    name LowCardinality(String),
    kind UInt8,
    status UInt8,
    status_message String,
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    correlation_id String,
    contract_id String,
    supplier_id LowCardinality(String),
    item_id String,
    purchase_order_id String,
    invoice_id String,
    flow LowCardinality(String),
    milestone LowCardinality(String),
    attributes Map(LowCardinality(String), String),
    events Array(Tuple(time DateTime64(9, 'UTC'), name String, attributes Map(String, String))),
    received DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received)
ORDER BY (bucket, trace_id, start)
TTL toDateTime(received) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, ttl_only_drop_parts = 1;

-- Which buckets hold a trace: completes a story whose spans lie in several buckets.
CREATE TABLE trace_buckets
(
    trace_id FixedString(16),
    bucket DateTime('UTC'),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (trace_id, bucket)
TTL toDateTime(received) + INTERVAL 400 DAY
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- Any business key or correlation id → its traces, newest first by bucket.
CREATE TABLE business_keys
(
    key String,
    key_type LowCardinality(String),
    authority String,
    bucket DateTime('UTC'),
    trace_id FixedString(16),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (key, key_type, authority, bucket, trace_id)
TTL toDateTime(received) + INTERVAL 400 DAY
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- Traffic per interface, facility, operation and minute. durations: log-scale bucket → spans, where a duration of d
-- nanoseconds falls in bucket floor(8 * log2(d + 1)), so a bucket is about 9 % wide.
CREATE TABLE operations_per_minute
(
    interface_id LowCardinality(String),
    minute DateTime('UTC'),
    facility_id LowCardinality(String),
    operation LowCardinality(String),
    spans SimpleAggregateFunction(sum, UInt64),
    errors SimpleAggregateFunction(sum, UInt64),
    duration_sum_ns SimpleAggregateFunction(sum, UInt64),
    durations SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)),
    last_success SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    received SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (interface_id, minute, facility_id, operation)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- Minutes in which the collector was up and able to commit: what "not observed" is measured against.
CREATE TABLE observed
(
    minute DateTime('UTC'),
    role LowCardinality(String),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (minute, role)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
