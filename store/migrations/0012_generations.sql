-- Rows that rules made of spans, rejects and reports carry the generation of the rules; others belong to every generation (0).
-- A partition per generation: an old one goes at once. sequence: intake's order, 0 for what was received before there was one.
ALTER TABLE spans ADD COLUMN IF NOT EXISTS sequence UInt64;

ALTER TABLE otlp_traces ADD COLUMN IF NOT EXISTS sequence UInt64;

ALTER TABLE batch_rejects ADD COLUMN IF NOT EXISTS sequence UInt64;

DROP VIEW IF EXISTS milestones_from_spans;

DROP VIEW IF EXISTS failures_from_spans;

DROP VIEW IF EXISTS failures_from_rejects;

DROP VIEW IF EXISTS failures_from_reports;

RENAME TABLE milestones TO milestones_before_generations;

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
    received DateTime64(3, 'UTC'),
    generation UInt32,
    sequence UInt64,
    INDEX received_range received TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY generation
ORDER BY (flow, key, authority, facility_id, item_id, milestone, outcome, time, source_id, generation)
TTL toDateTime(received) + INTERVAL 1096 DAY DELETE WHERE retention != 'import',
    toDateTime(received) + INTERVAL 3653 DAY DELETE WHERE retention = 'import'
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

INSERT INTO milestones (flow, authority, key, facility_id, item_id, milestone, outcome, time, source, source_id, interface_id,
    correlation_id, trace_id, supplier_id, attributes, retention, received)
SELECT flow, authority, key, facility_id, item_id, milestone, outcome, time, source, source_id, interface_id,
    correlation_id, trace_id, supplier_id, attributes, retention, received
FROM milestones_before_generations;

DROP TABLE milestones_before_generations SYNC;

RENAME TABLE failures TO failures_before_generations;

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
    received DateTime64(3, 'UTC'),
    generation UInt32,
    sequence UInt64
)
ENGINE = ReplacingMergeTree
PARTITION BY generation
ORDER BY (interface_id, time, failure_id, generation)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

INSERT INTO failures (failure_id, time, source, interface_id, facility_id, failure_class, rule, code, message, object_type, object,
    flow, milestone, correlation_id, contract_id, supplier_id, item_id, purchase_order_id, invoice_id, trace_id, span_id, job, run_id, received)
SELECT failure_id, time, source, interface_id, facility_id, failure_class, rule, code, message, object_type, object,
    flow, milestone, correlation_id, contract_id, supplier_id, item_id, purchase_order_id, invoice_id, trace_id, span_id, job, run_id, received
FROM failures_before_generations;

-- Reports are kept from now on: another generation classifies them again. What was reported before is taken from its failure.
DROP TABLE failure_reports SYNC;

CREATE TABLE failure_reports
(
    source_id String,
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    code String,
    message String,
    flow LowCardinality(String),
    milestone LowCardinality(String),
    correlation_id String,
    contract_id String,
    supplier_id String,
    item_id String,
    purchase_order_id String,
    invoice_id String,
    time DateTime64(6, 'UTC'),
    received DateTime64(3, 'UTC'),
    sequence UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (interface_id, time, source_id)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

INSERT INTO failure_reports (source_id, interface_id, facility_id, code, message, flow, milestone, correlation_id,
    contract_id, supplier_id, item_id, purchase_order_id, invoice_id, time, received)
SELECT concat('before generations ', lower(hex(failure_id))), interface_id, facility_id, code, message, flow, milestone, correlation_id,
    contract_id, supplier_id, item_id, purchase_order_id, invoice_id, time, received
FROM failures_before_generations
WHERE source = 'event';

DROP TABLE failures_before_generations SYNC;

-- A generation: rules as they were compiled. state: starting (views exist), filling (cut is known), active, or abandoned.
-- shape: of the SQL of its views; rules: of all views, what a collector's configuration must agree with; keys: of the key columns.
CREATE TABLE generations
(
    number UInt32,
    state LowCardinality(String),
    rules String,
    shape String,
    keys String,
    cut UInt64,
    waiting_for Array(String),
    revision UInt64,
    recorded DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY number
SETTINGS fsync_after_insert = 1;

-- Readers take the rows of this generation. One row; numbers only grow.
CREATE TABLE active_generation
(
    one UInt8 DEFAULT 1,
    number UInt32,
    switched DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(number)
ORDER BY one
SETTINGS fsync_after_insert = 1;

-- The work of a generation's back-fill, in pieces of time; done pieces are not run again after a restart.
CREATE TABLE generation_pieces
(
    number UInt32,
    source LowCardinality(String),
    first DateTime('UTC'),
    until DateTime('UTC'),
    rows UInt64,
    done UInt8,
    recorded DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(done)
ORDER BY (number, source, first)
TTL toDateTime(recorded) + INTERVAL 90 DAY
SETTINGS fsync_after_insert = 1;

-- Collectors that run or ran lately: with which rules, and up to which sequence they had stored everything.
CREATE TABLE collectors
(
    collector_id String,
    node UInt16,
    rules String,
    refusing String,
    sequence UInt64,
    seen DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(seen)
ORDER BY collector_id
TTL toDateTime(seen) + INTERVAL 30 DAY;

CREATE VIEW current_milestones AS
SELECT *
FROM milestones
WHERE generation = (SELECT max(number) FROM active_generation)
    OR (generation = 0 AND source != 'span');

CREATE VIEW current_failures AS
SELECT *
FROM failures
WHERE generation = (SELECT max(number) FROM active_generation)
    OR (generation = 0 AND source NOT IN ('span', 'batch', 'event'));
