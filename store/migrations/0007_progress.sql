-- How far each incremental job has read, by receipt time.
CREATE TABLE job_progress
(
    job LowCardinality(String),
    watermark DateTime64(3, 'UTC'),
    recorded DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(recorded)
ORDER BY job
SETTINGS fsync_after_insert = 1;
