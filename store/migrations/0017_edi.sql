-- Control numbers of X12 documents and what acknowledges what. Control numbers are kept as written; the keys that pair a
-- document with its acknowledgement (sender|receiver|number…) have them without leading zeros. Nothing here holds content.

-- An interchange as received. The same bytes again are the same row; the same control number with another digest is a second one.
CREATE TABLE edi_interchanges
(
    sender String,
    receiver String,
    interchange_control String,
    digest FixedString(32),
    direction LowCardinality(String),
    partner LowCardinality(String),
    version LowCardinality(String),
    test UInt8,
    time DateTime64(3, 'UTC'),
    groups UInt32,
    sets UInt32,
    segments UInt64,
    problems Array(String),
    problem_count UInt32,
    source LowCardinality(String),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (sender, receiver, interchange_control, digest)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- A transaction set, or a TA1. reading: read, skipped (no reader for this set), failed (reason and segment say why and where).
CREATE TABLE edi_documents
(
    sender String,
    receiver String,
    interchange_control String,
    group_control String,
    set_control String,
    set_id LowCardinality(String),
    functional_id LowCardinality(String),
    version LowCardinality(String),
    digest FixedString(32),
    direction LowCardinality(String),
    partner LowCardinality(String),
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    supplier_id String,
    test UInt8,
    time DateTime64(3, 'UTC'),
    reading LowCardinality(String),
    reason String,
    segment UInt64,
    segments UInt64,
    document_code LowCardinality(String),
    key_types Array(LowCardinality(String)),
    key_authorities Array(String),
    key_values Array(String),
    interchange_key String,
    group_key String,
    set_key String,
    correlation_id String,
    source_id String,
    source LowCardinality(String),
    received DateTime64(3, 'UTC'),
    INDEX by_value key_values TYPE bloom_filter GRANULARITY 1,
    INDEX by_control [interchange_control, group_control, set_control] TYPE bloom_filter GRANULARITY 1,
    INDEX by_set_key set_key TYPE bloom_filter GRANULARITY 1,
    INDEX by_group_key group_key TYPE bloom_filter GRANULARITY 1,
    INDEX by_interchange_key interchange_key TYPE bloom_filter GRANULARITY 1,
    INDEX by_time time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY (sender, receiver, interchange_control, group_control, set_id, set_control, digest)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- What a TA1, 997, 999 or 824 says of an interchange, group or set. acknowledges: the key of what it is about.
-- named_sets: sets a group's acknowledgement names one by one. original_interface: where the document went by configuration.
CREATE TABLE edi_acknowledgements
(
    acknowledges String,
    kind LowCardinality(String),
    level LowCardinality(String),
    verdict LowCardinality(String),
    code LowCardinality(String),
    message String,
    named_sets UInt32,
    sender String,
    receiver String,
    interchange_control String,
    group_control String,
    set_control String,
    original_set LowCardinality(String),
    original_interface LowCardinality(String),
    contract_id String,
    purchase_order_id String,
    invoice_id String,
    supplier_id String,
    interface_id LowCardinality(String),
    test UInt8,
    time DateTime64(3, 'UTC'),
    correlation_id String,
    source_id String,
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (acknowledges, kind, source_id)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
