-- Requests that a view refused after other tables had taken them: known by their hash, yet not whole. `views` are those whose rows are
-- missing; none once the request came again and was completed. Kept longer than request_hashes, which would call it stored without it.
CREATE TABLE incomplete_requests
(
    request_hash FixedString(32),
    views Array(String),
    revision UInt64,
    recorded DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY request_hash
TTL toDateTime(recorded) + INTERVAL 3 DAY
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
