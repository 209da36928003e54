-- Who is the scheduler. An epoch is taken under its own deduplication token: of two that want the same one, exactly one gets it. Rows
-- of epochs stay for ever, renewals go: an epoch must never be given out twice. until: when the lease ends unless renewed; released: at once.
CREATE TABLE scheduler_leases
(
    epoch UInt64,
    holder String,
    kind LowCardinality(String),
    time DateTime64(6, 'UTC'),
    until DateTime64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY (epoch, time)
TTL toDateTime(time) + INTERVAL 7 DAY DELETE WHERE kind = 'renewed'
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
