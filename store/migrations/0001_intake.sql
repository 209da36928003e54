-- Every request body arrives here; views unnest it in the same INSERT. Nothing is kept in this table.
-- Member names are the OTLP proto field names; fields not listed are skipped by the parser.
CREATE TABLE otlp_traces
(
    request_hash String,
    received_unix_nano UInt64,
    resource_spans Array(Tuple(
        resource Tuple(attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64)))),
        scope_spans Array(Tuple(
            scope Tuple(name String, version String),
            spans Array(Tuple(
                trace_id FixedString(16),
                span_id FixedString(8),
                parent_span_id String,
                name String,
                kind UInt8,
                start_time_unix_nano UInt64,
                end_time_unix_nano UInt64,
                attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64))),
                events Array(Tuple(time_unix_nano UInt64, name String, attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64))))),
                status Tuple(message String, code UInt8)
            ))
        ))
    ))
)
ENGINE = Null;

-- Bodies seen in the last day: a client that retries the same bytes counts once, across restarts and collectors.
CREATE TABLE request_hashes
(
    request_hash FixedString(32),
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY request_hash
TTL toDateTime(received) + INTERVAL 1 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
