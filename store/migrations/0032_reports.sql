-- The record of weekly reports (ADR 0008, 0033). One writer, the scheduler; other roles append commands. kind: command (somebody asks),
-- refused (why), edition (payload: the document and digests of its files), intent (a mail it owes, payload: to whom), attempt, sent,
-- failed, dead. An edition and its intents are one INSERT. Unpartitioned, so that it is one part.
CREATE TABLE report_events
(
    time DateTime64(6, 'UTC'),
    kind LowCardinality(String),
    audience String,
    week LowCardinality(String),
    edition UInt32,
    delivery_id String,
    command_id String,
    actor String,
    channel LowCardinality(String),
    attempt UInt32,
    watermark DateTime64(3, 'UTC'),
    configuration String,
    summary String,
    payload String CODEC(ZSTD(6))
)
ENGINE = MergeTree
ORDER BY (audience, week, time, kind)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
