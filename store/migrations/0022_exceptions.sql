-- What failed tells which operation it was: a failure that names no object is answered by a later success of the same operation.
ALTER TABLE failures ADD COLUMN IF NOT EXISTS operation LowCardinality(String);

-- Reports also come of logs, of X12 answers and of what did not come in time; source says of which. attributes: what rules may look at.
ALTER TABLE failure_reports
    ADD COLUMN IF NOT EXISTS source LowCardinality(String) DEFAULT 'event',
    ADD COLUMN IF NOT EXISTS operation LowCardinality(String),
    ADD COLUMN IF NOT EXISTS trace_id FixedString(16),
    ADD COLUMN IF NOT EXISTS span_id FixedString(8),
    ADD COLUMN IF NOT EXISTS attributes Map(LowCardinality(String), String);

-- Spans that failed and of which an error log had been reported before: the log is evidence of the span's failure, not another one.
CREATE TABLE logs_of_failed_spans
(
    trace_id FixedString(16),
    span_id FixedString(8),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (trace_id, span_id)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

DROP VIEW current_failures;

CREATE VIEW current_failures AS
SELECT *
FROM failures
WHERE (generation = (SELECT max(number) FROM active_generation) OR (generation = 0 AND source NOT IN ('span', 'batch', 'event')))
    AND (source != 'log' OR (trace_id, span_id) NOT IN (SELECT trace_id, span_id FROM logs_of_failed_spans));

-- Clusters of messages that no rule knows, as they are after the newest message. first_tokens: as the cluster began, what it lies
-- in the tree by and its id is made of. Masked text only. number: order of creation.
CREATE TABLE message_templates
(
    template_id String,
    number UInt64,
    first_tokens Array(String),
    tokens Array(String),
    example String,
    first_seen DateTime64(6, 'UTC'),
    recorded DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(recorded)
ORDER BY template_id
SETTINGS fsync_after_insert = 1;

-- Which cluster an unknown message belongs to.
CREATE TABLE template_messages
(
    message_hash UInt64,
    template_id String,
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY message_hash
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS fsync_after_insert = 1;

-- The record of the exceptions desk (ADR 0008). kind: command (somebody asks), refused (value says why), or event (it is so).
-- action of an event: opened, reopened, auto_resolved by the platform; assign, comment, tag, untag, due, resolve, reopen by people.
CREATE TABLE work_item_events
(
    item_id String,
    time DateTime64(6, 'UTC'),
    kind LowCardinality(String),
    action LowCardinality(String),
    command_id String,
    actor String,
    value String,
    about LowCardinality(String),
    interface_id LowCardinality(String),
    failure_class LowCardinality(String),
    object_type LowCardinality(String),
    object String,
    operation LowCardinality(String),
    recorded DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree
ORDER BY (item_id, time, kind, action, command_id, value)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- Suppliers and items as each system names and numbers them: one row per record, name and number of a scheme ('' for the name).
CREATE TABLE master_records
(
    master LowCardinality(String),
    id String,
    system LowCardinality(String),
    scheme LowCardinality(String),
    value String,
    shown String,
    first_seen SimpleAggregateFunction(min, DateTime64(6, 'UTC')),
    last_seen SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
    received SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (master, scheme, value, id, system, shown)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS fsync_after_insert = 1;
