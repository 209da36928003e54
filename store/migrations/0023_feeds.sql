-- When each batch is due (analytics/batches), planned ahead from the calendar of arrivals. definition: of the arrival as configured;
-- questions read the current one. A run belongs to an arrival from `opens` until `closes`.
CREATE TABLE expected_arrivals
(
    arrival LowCardinality(String),
    definition LowCardinality(String),
    due DateTime64(3, 'UTC'),
    opens DateTime64(3, 'UTC'),
    closes DateTime64(3, 'UTC'),
    late_after DateTime64(3, 'UTC'),
    missed_after DateTime64(3, 'UTC'),
    business_date Nullable(Date32),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(received)
ORDER BY (arrival, definition, due)
TTL toDateTime(due) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- Depth of every queue by the hour: what a usual Monday at nine looks like. Computed again when samples of the hour are received.
CREATE TABLE queue_hours
(
    queue LowCardinality(String),
    broker LowCardinality(String),
    hour DateTime('UTC'),
    samples UInt32,
    mean_depth Float64,
    peak_depth UInt64,
    first_depth UInt64,
    last_depth UInt64,
    computed DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(computed)
ORDER BY (queue, broker, hour)
TTL toDateTime(computed) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- Who called whom, by five minutes in which the callee began. mode: call, message, or external (a client's word alone). caller '': not
-- known. Spans of several requests and days make one edge, so a bucket is computed again when any span of its traces is received; rows
-- count when computed is the bucket's newest in call_buckets. durations: as in operations_per_minute, of the callee.
CREATE TABLE call_edges
(
    bucket DateTime('UTC'),
    mode LowCardinality(String),
    caller LowCardinality(String),
    caller_interface LowCardinality(String),
    callee LowCardinality(String),
    callee_interface LowCardinality(String),
    facility_id LowCardinality(String),
    api_version LowCardinality(String),
    calls UInt64,
    errors UInt64,
    throttled UInt64,
    refused UInt64,
    duration_sum_ns UInt64,
    durations Map(UInt16, UInt64),
    waited_sum_ns Int64,
    newest DateTime64(3, 'UTC'),
    computed DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(computed)
ORDER BY (bucket, mode, caller, caller_interface, callee, callee_interface, facility_id, api_version)
TTL toDateTime(computed) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

CREATE TABLE call_buckets
(
    bucket DateTime('UTC'),
    computed DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(computed)
ORDER BY bucket
TTL toDateTime(computed) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- How far the jobs above read: everything received up to watermark; of the pass begun at `begun`, buckets up to `after`.
CREATE TABLE feed_progress
(
    job LowCardinality(String),
    watermark DateTime64(6, 'UTC'),
    begun DateTime64(6, 'UTC'),
    after DateTime('UTC'),
    recorded DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(recorded)
ORDER BY job
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
