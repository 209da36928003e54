-- The minute record by time first: the newest minutes of ten thousand SLAs lie together (ADR 0024). Kept for the longest
-- SLA period (366 days) and 45 days.
RENAME TABLE sli_slices TO sli_slices_by_sla;

CREATE TABLE sli_slices
(
    sla_id LowCardinality(String),
    generation LowCardinality(String),
    facility_id LowCardinality(String),
    minute DateTime('UTC'),
    good UInt64,
    total UInt64,
    measured DateTime64(3, 'UTC'),
    INDEX measured_range measured TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(measured)
ORDER BY (toStartOfHour(minute), sla_id, generation, facility_id, minute)
TTL minute + INTERVAL 411 DAY
SETTINGS non_replicated_deduplication_window = 1000;

INSERT INTO sli_slices SELECT * FROM sli_slices_by_sla;

DROP TABLE sli_slices_by_sla SYNC;

-- An SLA of one definition and one way of counting, as a number: what is counted otherwise is another one.
CREATE TABLE slo_numbers
(
    slo UInt32,
    sla_id String,
    generation String,
    counting String,
    added DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (sla_id, generation, counting)
SETTINGS fsync_after_insert = 1;

-- All SLAs of a configuration as the engine joins them. revision: of the whole set. method: 0 occurrences, 1 timeslices, 2 ratio timeslices.
-- aligned: the calendar window's definition, '' for a rolling one. Shares in parts per billion.
CREATE TABLE slo_definitions
(
    revision String,
    slo UInt32,
    sla_id String,
    generation String,
    added DateTime64(3, 'UTC'),
    kind LowCardinality(String),
    interface LowCardinality(String),
    operation LowCardinality(String),
    filter_keys Array(String),
    filter_values Array(String),
    within_us Int64,
    queue LowCardinality(String),
    measure LowCardinality(String),
    at_most Float64,
    job LowCardinality(String),
    max_reject_share Float64,
    min_records UInt64,
    control_totals UInt8,
    deadline LowCardinality(String),
    calendar LowCardinality(String),
    calendar_revision LowCardinality(String),
    zone LowCardinality(String),
    flow LowCardinality(String),
    from_milestone LowCardinality(String),
    to_milestone LowCardinality(String),
    per_facility UInt8,
    per_line UInt8,
    receiver LowCardinality(String),
    key_type LowCardinality(String),
    document_sets Array(String),
    acknowledged_by LowCardinality(String),
    parts Array(UInt32),
    weights Array(Float64),
    target_ppb UInt64,
    method UInt8,
    slice_ppb UInt64,
    slice_seconds UInt32,
    no_data LowCardinality(String),
    window_seconds UInt32,
    aligned LowCardinality(String),
    by_window UInt8,
    tier_names Array(String),
    tier_long Array(UInt32),
    tier_short Array(UInt32),
    tier_burn Array(Float64),
    tier_op Array(String),
    tier_bad Array(UInt32),
    tier_total Array(UInt32)
)
ENGINE = ReplacingMergeTree
ORDER BY (revision, slo);

-- Derived from the record: minutes (grain 1), five minutes and hours (60), each the sum of the finer. Rows are differences:
-- what is counted anew adds its difference to what was there, so sums are right whenever parts are merged.
-- budget_good and budget_total are what the SLA's way of counting counts: events, slices, or slices' shares in parts per billion.
CREATE TABLE sli_grains
(
    grain UInt8,
    slot DateTime('UTC'),
    slo UInt32,
    good Int64,
    total Int64,
    good_slices Int32,
    counted_slices Int32,
    excluded_seconds Int32,
    budget_good Int64,
    budget_total Int64
)
ENGINE = SummingMergeTree((good, total, good_slices, counted_slices, excluded_seconds, budget_good, budget_total))
PARTITION BY (grain, toYear(slot))
ORDER BY (grain, toStartOfHour(slot), slo, slot)
TTL slot + INTERVAL 411 DAY DELETE WHERE grain = 1, slot + INTERVAL 1096 DAY DELETE WHERE grain > 1;

-- Slices that a run counts again: what its statements agree on.
CREATE TABLE sli_touched
(
    run DateTime64(3, 'UTC'),
    slice DateTime('UTC'),
    slo UInt32,
    written DateTime('UTC') DEFAULT now('UTC')
)
ENGINE = MergeTree
ORDER BY (run, slice, slo)
TTL written + INTERVAL 1 DAY;

-- Planned time that counts for nothing, as it applies to each SLA. active 0: no longer configured.
CREATE TABLE sla_exclusions
(
    sla_id String,
    start DateTime('UTC'),
    end DateTime('UTC'),
    exclusion_id String,
    name String,
    party LowCardinality(String),
    active UInt8,
    recorded DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(recorded)
ORDER BY (sla_id, start, end, exclusion_id)
TTL end + INTERVAL 1096 DAY;

-- What each SLA's judgement became, and when; a row where it changed. frozen: why tiers keep what they were.
CREATE TABLE sla_states
(
    slo UInt32,
    at DateTime64(3, 'UTC'),
    state LowCardinality(String),
    firing Array(LowCardinality(String)),
    frozen LowCardinality(String),
    consumed UInt16,
    certain UInt8
)
ENGINE = MergeTree
ORDER BY (slo, at)
TTL toDateTime(at) + INTERVAL 1096 DAY
SETTINGS fsync_after_insert = 1;
