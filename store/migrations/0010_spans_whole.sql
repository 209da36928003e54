-- A span whole (ADR 0015): scope, resource, links, trace state and the types of its attributes. A value of any type is kept as
-- text; types has the tag of each value that is no string: 0 none, 2 bool, 3 int, 4 double, 5 array, 6 kvlist (both as JSON), 7 bytes (base64).
ALTER TABLE otlp_traces
    ADD COLUMN IF NOT EXISTS sequence UInt64,
    MODIFY COLUMN resource_spans Array(Tuple(
        resource Tuple(attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))),
        schema_url String,
        scope_spans Array(Tuple(
            scope Tuple(name String, version String, attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))),
            schema_url String,
            spans Array(Tuple(
                trace_id FixedString(16),
                span_id FixedString(8),
                trace_state String,
                parent_span_id String,
                name String,
                kind UInt8,
                start_time_unix_nano UInt64,
                end_time_unix_nano UInt64,
                attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))),
                dropped_attributes_count UInt32,
                events Array(Tuple(time_unix_nano UInt64, name String, attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))), dropped_attributes_count UInt32)),
                dropped_events_count UInt32,
                links Array(Tuple(trace_id String, span_id String, trace_state String, attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))), dropped_attributes_count UInt32, flags UInt32)),
                dropped_links_count UInt32,
                status Tuple(message String, code UInt8),
                flags UInt32
            ))
        ))
    ));

-- resource_attributes are apart from the span's own; few services send many spans, so their values are kept as numbers into a list.
ALTER TABLE spans
    MODIFY COLUMN events Array(Tuple(time DateTime64(9, 'UTC'), name String, attributes Map(String, String), attribute_types Map(String, UInt8), dropped_attributes UInt32)),
    ADD COLUMN IF NOT EXISTS attribute_types Map(LowCardinality(String), UInt8) AFTER attributes,
    ADD COLUMN IF NOT EXISTS dropped_attributes UInt32 AFTER attribute_types,
    ADD COLUMN IF NOT EXISTS dropped_events UInt32 AFTER events,
    ADD COLUMN IF NOT EXISTS links Array(Tuple(trace_id FixedString(16), span_id FixedString(8), trace_state String, flags UInt32, attributes Map(String, String), attribute_types Map(String, UInt8), dropped_attributes UInt32)) AFTER dropped_events,
    ADD COLUMN IF NOT EXISTS dropped_links UInt32 AFTER links,
    ADD COLUMN IF NOT EXISTS trace_state String AFTER dropped_links,
    ADD COLUMN IF NOT EXISTS flags UInt32 AFTER trace_state,
    ADD COLUMN IF NOT EXISTS sampling_weight Float64 DEFAULT 1 AFTER flags,
    ADD COLUMN IF NOT EXISTS resource_attributes Map(LowCardinality(String), LowCardinality(String)) AFTER sampling_weight,
    ADD COLUMN IF NOT EXISTS resource_attribute_types Map(LowCardinality(String), UInt8) AFTER resource_attributes,
    ADD COLUMN IF NOT EXISTS resource_schema_url LowCardinality(String) AFTER resource_attribute_types,
    ADD COLUMN IF NOT EXISTS scope_name LowCardinality(String) AFTER resource_schema_url,
    ADD COLUMN IF NOT EXISTS scope_version LowCardinality(String) AFTER scope_name,
    ADD COLUMN IF NOT EXISTS scope_attributes Map(LowCardinality(String), String) AFTER scope_version,
    ADD COLUMN IF NOT EXISTS scope_attribute_types Map(LowCardinality(String), UInt8) AFTER scope_attributes,
    ADD COLUMN IF NOT EXISTS scope_schema_url LowCardinality(String) AFTER scope_attribute_types,
    ADD COLUMN IF NOT EXISTS masked Array(LowCardinality(String)) AFTER scope_schema_url,
    ADD COLUMN IF NOT EXISTS sequence UInt64;

-- Values masked, by rule: what the views replaced before storage.
CREATE TABLE masked_values
(
    rule LowCardinality(String),
    interface_id LowCardinality(String),
    signal LowCardinality(String),
    hour DateTime('UTC'),
    values UInt64
)
ENGINE = SummingMergeTree(values)
ORDER BY (rule, interface_id, signal, hour)
TTL hour + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

-- A part of one INSERT is one file until it is merged: opening, writing and syncing a file for each column took a third of an INSERT.
ALTER TABLE spans MODIFY SETTING min_bytes_for_wide_part = 134217728;

ALTER TABLE trace_buckets MODIFY SETTING min_bytes_for_wide_part = 134217728;

ALTER TABLE business_keys MODIFY SETTING min_bytes_for_wide_part = 134217728;

ALTER TABLE operations_per_minute MODIFY SETTING min_bytes_for_wide_part = 134217728;

ALTER TABLE object_successes MODIFY SETTING min_bytes_for_wide_part = 134217728;
