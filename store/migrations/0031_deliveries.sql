-- Which attempt a row is about, counted from 1; before this migration it stood in epoch. recipients: whom the message is for (empty: the
-- channel's own audience). reference: by what the medium knows it. not_before: until when the other side asked to wait (1970: it did not).
ALTER TABLE alert_events
    ADD COLUMN IF NOT EXISTS attempt UInt32 DEFAULT if(kind IN ('attempt', 'failed', 'unknown', 'sent', 'dead'), epoch, 0),
    ADD COLUMN IF NOT EXISTS recipients Array(String),
    ADD COLUMN IF NOT EXISTS reference String,
    ADD COLUMN IF NOT EXISTS not_before DateTime64(6, 'UTC');

-- Changes planned elsewhere (ServiceNow), as last read. seen: rows of the newest reading of a source are those that hold.
CREATE TABLE change_windows
(
    source LowCardinality(String),
    window_id String,
    name String,
    starts DateTime64(3, 'UTC'),
    ends DateTime64(3, 'UTC'),
    touched Array(String),
    seen DateTime64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY (source, seen, window_id)
TTL toDateTime(seen) + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1;
