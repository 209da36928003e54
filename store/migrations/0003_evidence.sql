-- Evidence that an instance reached, started or failed a step. Times are as reported, 1900 to 2299; retention counts from receipt.
CREATE TABLE milestones
(
    flow LowCardinality(String),
    authority String,
    key String,
    facility_id LowCardinality(String),
    item_id String,
    milestone LowCardinality(String),
    outcome LowCardinality(String),
    time DateTime64(6, 'UTC'),
    source LowCardinality(String),
    source_id String,
    interface_id LowCardinality(String),
    correlation_id String,
    trace_id FixedString(16),
    supplier_id String,
    attributes Map(LowCardinality(String), String),
    retention LowCardinality(String),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (flow, key, authority, facility_id, item_id, milestone, outcome, time, source_id)
TTL toDateTime(received) + INTERVAL 1096 DAY DELETE WHERE retention != 'import',
    toDateTime(received) + INTERVAL 3653 DAY DELETE WHERE retention = 'import'
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- One row per thing that went wrong. object is what must succeed for the failure to resolve.
CREATE TABLE failures
(
    failure_id FixedString(16),
    time DateTime64(6, 'UTC'),
    source LowCardinality(String),
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    failure_class LowCardinality(String),
    rule LowCardinality(String),
    code String,
    message String,
    object_type LowCardinality(String),
    object String,
    flow LowCardinality(String),
    milestone LowCardinality(String),
    correlation_id String,
    contract_id String,
    supplier_id String,
    item_id String,
    purchase_order_id String,
    invoice_id String,
    trace_id FixedString(16),
    span_id FixedString(8),
    job LowCardinality(String),
    run_id String,
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (interface_id, time, failure_id)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- When an interface last and first succeeded for an object: what closes a failure.
CREATE TABLE object_successes
(
    interface_id LowCardinality(String),
    object_type LowCardinality(String),
    object String,
    facility_id LowCardinality(String),
    time DateTime64(6, 'UTC'),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (interface_id, object_type, object, facility_id, time)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- A figure that was not reported is NULL, never 0.
CREATE TABLE queue_samples
(
    queue LowCardinality(String),
    time DateTime64(3, 'UTC'),
    broker LowCardinality(String),
    interface_id LowCardinality(String),
    depth Nullable(UInt64),
    oldest_age_seconds Nullable(Float64),
    in_flight Nullable(UInt64),
    consumers Nullable(UInt32),
    publish_rate Nullable(Float64),
    ack_rate Nullable(Float64),
    dead_letters Nullable(UInt64),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (queue, broker, time)
TTL toDateTime(received) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- What was reported of a run, one row per report; the newest report of each column tells its state.
CREATE TABLE batch_runs
(
    job LowCardinality(String),
    run_id String,
    status LowCardinality(String),
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    started Nullable(DateTime64(6, 'UTC')),
    finished Nullable(DateTime64(6, 'UTC')),
    business_date Nullable(Date32),
    file_name String,
    file_hash String,
    records_expected Nullable(UInt64),
    records_read Nullable(UInt64),
    records_accepted Nullable(UInt64),
    records_rejected Nullable(UInt64),
    control_total_expected Nullable(Decimal(38, 6)),
    control_total_actual Nullable(Decimal(38, 6)),
    message String,
    correlation_id String,
    received DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (job, run_id, received)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

CREATE TABLE batch_rejects
(
    job LowCardinality(String),
    run_id String,
    line UInt64,
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    code String,
    message String,
    contract_id String,
    supplier_id String,
    item_id String,
    purchase_order_id String,
    invoice_id String,
    correlation_id String,
    time DateTime64(6, 'UTC'),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (job, run_id, line, code, item_id, facility_id)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
