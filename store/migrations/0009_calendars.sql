-- Business time as a look-up (ADR D7): each opening with the open time before it since 1970, in microseconds.
-- revision is of the calendar's definition; a changed calendar is filled anew beside the old one.
CREATE TABLE calendar_openings
(
    calendar_id LowCardinality(String),
    revision LowCardinality(String),
    opened DateTime64(6, 'UTC'),
    closed DateTime64(6, 'UTC'),
    open_before Int64,
    filled DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(filled)
ORDER BY (calendar_id, revision, opened)
SETTINGS non_replicated_deduplication_window = 1000;

-- What an SLA says of each instance (cycle time) or expected day (batch deadline): open until decided, then good at the
-- moment reached or bad at the due time; void when later evidence shows that there is no such instance.
-- previous_minute: where the decision before this one was counted, so that its slice is corrected.
CREATE TABLE sla_instances
(
    sla_id LowCardinality(String),
    generation LowCardinality(String),
    authority String,
    key String,
    facility_id LowCardinality(String),
    item_id String,
    place LowCardinality(String),
    started DateTime64(6, 'UTC'),
    due DateTime64(6, 'UTC'),
    reached Nullable(DateTime64(6, 'UTC')),
    verdict LowCardinality(String),
    minute DateTime('UTC'),
    previous_minute DateTime('UTC'),
    measured DateTime64(3, 'UTC'),
    INDEX measured_range measured TYPE minmax GRANULARITY 1,
    INDEX due_range due TYPE minmax GRANULARITY 1,
    INDEX minute_range minute TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(measured)
ORDER BY (sla_id, generation, key, authority, facility_id, item_id)
TTL toDateTime(measured) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000;

-- Incremental measuring asks for what was received since it last looked.
ALTER TABLE operations_per_minute ADD INDEX received_range received TYPE minmax GRANULARITY 1;

ALTER TABLE milestones ADD INDEX received_range received TYPE minmax GRANULARITY 1;

ALTER TABLE sli_slices ADD INDEX measured_range measured TYPE minmax GRANULARITY 1;
