-- The minute record of every SLI (ADR D6). Re-measuring a minute replaces it: the newest measurement wins.
CREATE TABLE sli_slices
(
    sla_id LowCardinality(String),
    generation LowCardinality(String),
    facility_id LowCardinality(String),
    minute DateTime('UTC'),
    good UInt64,
    total UInt64,
    measured DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(measured)
ORDER BY (sla_id, generation, facility_id, minute)
TTL minute + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000;

-- A breach is two facts, opened and closed, never rewritten. subject: the instance or job day, '' for the SLA as a whole.
CREATE TABLE sla_breaches
(
    breach_id String,
    fact LowCardinality(String),
    sla_id LowCardinality(String),
    generation LowCardinality(String),
    subject String,
    facility_id LowCardinality(String),
    at DateTime64(6, 'UTC'),
    detected DateTime64(3, 'UTC'),
    reason String,
    evidence Array(String),
    attributes Map(String, String)
)
ENGINE = ReplacingMergeTree(detected)
ORDER BY (breach_id, fact)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
