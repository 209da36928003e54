-- Decisions, the notifications they owe, deliveries and commands (ADR D8). Unpartitioned, so that one INSERT is one part.
CREATE TABLE alert_events
(
    time DateTime64(6, 'UTC'),
    kind LowCardinality(String),
    incident_id String,
    notification_id String,
    channel LowCardinality(String),
    actor String,
    epoch UInt64,
    payload String
)
ENGINE = MergeTree
ORDER BY (incident_id, time, kind)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
