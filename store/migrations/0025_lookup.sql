-- A story asks for failures by any key they name, which the table's order cannot answer: one filter per granule over all of them.
-- Failures are few; a filter of 14 bits a value lets a thousandth through where some hundred values are asked for.
ALTER TABLE failures ADD INDEX by_key [correlation_id, contract_id, supplier_id, item_id, purchase_order_id, invoice_id, object, run_id, hex(trace_id)]
    TYPE bloom_filter(0.001) GRANULARITY 1;

ALTER TABLE batch_rejects ADD INDEX by_key [correlation_id, contract_id, item_id, purchase_order_id, invoice_id, run_id]
    TYPE bloom_filter(0.001) GRANULARITY 1;

-- How each scheduled job of each process did, as of its newest report; job_progress has how far it got.
CREATE TABLE job_runs
(
    job LowCardinality(String),
    process String,
    every_seconds Float64,
    runs UInt64,
    failures UInt64,
    skipped UInt64,
    last_started Nullable(DateTime64(3, 'UTC')),
    last_finished Nullable(DateTime64(3, 'UTC')),
    last_seconds Float64,
    running_since Nullable(DateTime64(3, 'UTC')),
    last_error String,
    recorded DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(recorded)
ORDER BY (job, process)
TTL toDateTime(recorded) + INTERVAL 30 DAY;

-- Traffic per hour: whole hours of operations_per_minute, written again when a minute of theirs was received later.
CREATE TABLE operations_per_hour
(
    hour DateTime('UTC'),
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    operation LowCardinality(String),
    spans UInt64,
    errors UInt64,
    duration_sum_ns UInt64,
    durations Map(UInt16, UInt64),
    last_seen DateTime64(3, 'UTC'),
    last_success DateTime64(3, 'UTC'),
    received DateTime64(3, 'UTC'),
    written DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(written)
ORDER BY (hour, interface_id, facility_id, operation)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000;
