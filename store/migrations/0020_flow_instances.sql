-- Where every instance stands by all of its evidence; recomputed when a milestone of its key is received (analytics/flows).
-- Times are microseconds since 1970, 0 for never; arrays go by step of the flow. attempts: (step, 2 failed or 3 started, time). path: the steps in the order they were reached, repeats included.
-- stage_us and stage_open_us: time spent waiting for each step, to completion or else to newest_at. definition: of the flow as
-- configured and the generation of rules; questions read the current one.
CREATE TABLE flow_instances
(
    flow LowCardinality(String),
    definition LowCardinality(String),
    key String,
    authority String,
    facility_id LowCardinality(String),
    item_id String,
    effective String,
    place LowCardinality(String),
    supplier_id String,
    reached Array(Int64),
    attempts Array(Tuple(UInt8, UInt8, Int64)),
    path Array(UInt8),
    stage_us Array(Int64),
    stage_open_us Array(Int64),
    earliest Int64,
    started_at Int64,
    completed_at Int64,
    ended_at Int64,
    last_at Int64,
    newest_at Int64,
    newest_open Int64,
    failing_since Int64,
    last_step UInt8,
    waiting_step UInt8,
    newest_received DateTime64(3, 'UTC'),
    computed DateTime64(6, 'UTC'),
    deleted UInt8,
    INDEX completed_range completed_at TYPE minmax GRANULARITY 1,
    INDEX ended_range ended_at TYPE minmax GRANULARITY 1,
    INDEX earliest_range earliest TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(computed, deleted)
PARTITION BY definition
ORDER BY (flow, key, authority, facility_id, item_id, effective)
TTL toDateTime(newest_received) + INTERVAL 3653 DAY
SETTINGS non_replicated_deduplication_window = 1000;

-- How far the job has read: everything received up to watermark is in flow_instances, and of the pass in hand the keys up to after_key.
CREATE TABLE flow_progress
(
    flow LowCardinality(String),
    definition LowCardinality(String),
    watermark DateTime64(3, 'UTC'),
    after_key String,
    passing UInt8,
    begun DateTime64(3, 'UTC'),
    instances UInt64,
    recorded DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(recorded)
ORDER BY flow
SETTINGS fsync_after_insert = 1;

-- How long instances that completed lately still took from when they began to wait for a step: 101 quantiles in seconds, per step.
CREATE TABLE flow_remaining
(
    flow LowCardinality(String),
    definition LowCardinality(String),
    step UInt8,
    samples UInt64,
    seconds Array(Float64),
    computed DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(computed)
ORDER BY (flow, definition, step)
TTL toDateTime(computed) + INTERVAL 400 DAY;

-- Two values that name one thing within a period, as reported; value is the name we use. A later report of the same pair replaces.
CREATE TABLE crosswalks
(
    key_type LowCardinality(String),
    authority LowCardinality(String),
    value String,
    other_authority LowCardinality(String),
    other_value String,
    valid_from Nullable(Date32),
    valid_to Nullable(Date32),
    withdrawn UInt8,
    source LowCardinality(String),
    source_id String,
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(received)
ORDER BY (key_type, other_value, other_authority, value, authority, ifNull(valid_from, toDate32('1900-01-01')))
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1
