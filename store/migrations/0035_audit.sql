-- What people and programs did that has no record of its own: starts, stops and the configuration in force. Append only, kept for ever.
CREATE TABLE audit_events
(
    time DateTime64(6, 'UTC'),
    actor String,
    door LowCardinality(String),
    action LowCardinality(String),
    object String,
    outcome LowCardinality(String),
    detail String
)
ENGINE = MergeTree
ORDER BY time
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- Which entries of the audit log went to a target (file, syslog). event_id '': the target itself, since when and up to where.
CREATE TABLE audit_exports
(
    target LowCardinality(String),
    event_id String,
    since DateTime64(6, 'UTC'),
    at DateTime64(6, 'UTC'),
    exported DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(exported)
ORDER BY (target, event_id)
TTL toDateTime(exported) + INTERVAL 30 DAY DELETE WHERE event_id != ''
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
