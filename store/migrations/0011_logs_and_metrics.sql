-- Log and metric requests arrive here; views unnest them in the same INSERT. Nothing is kept in these two tables.
-- Member names are the OTLP proto field names (store/otlp_logs.proto, store/otlp_metrics.proto); other fields are skipped.
CREATE TABLE otlp_logs
(
    request_hash String,
    received_unix_nano UInt64,
    sequence UInt64,
    resource_logs Array(Tuple(
        resource Tuple(attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))),
        schema_url String,
        scope_logs Array(Tuple(
            scope Tuple(name String, version String, attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))),
            schema_url String,
            log_records Array(Tuple(
                time_unix_nano UInt64,
                observed_time_unix_nano UInt64,
                severity_number Int32,
                severity_text String,
                body Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32),
                attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))),
                dropped_attributes_count UInt32,
                flags UInt32,
                trace_id String,
                span_id String,
                event_name String
            ))
        ))
    ))
)
ENGINE = Null;

CREATE TABLE otlp_metrics
(
    request_hash String,
    received_unix_nano UInt64,
    sequence UInt64,
    resource_metrics Array(Tuple(
        resource Tuple(attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))),
        schema_url String,
        scope_metrics Array(Tuple(
            scope Tuple(name String, version String, attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))),
            schema_url String,
            metrics Array(Tuple(
                name String,
                description String,
                unit String,
                metadata Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))),
                data UInt8,
                gauge Tuple(data_points Array(Tuple(
                    attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))),
                    start_time_unix_nano UInt64,
                    time_unix_nano UInt64,
                    value UInt8,
                    as_double Float64,
                    as_int Int64,
                    flags UInt32,
                    exemplars Array(Tuple(time_unix_nano UInt64, value UInt8, as_double Float64, as_int Int64, trace_id String, span_id String, filtered_attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))))
                ))),
                sum Tuple(aggregation_temporality Int32, is_monotonic Bool, data_points Array(Tuple(
                    attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))),
                    start_time_unix_nano UInt64,
                    time_unix_nano UInt64,
                    value UInt8,
                    as_double Float64,
                    as_int Int64,
                    flags UInt32,
                    exemplars Array(Tuple(time_unix_nano UInt64, value UInt8, as_double Float64, as_int Int64, trace_id String, span_id String, filtered_attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))))
                ))),
                histogram Tuple(aggregation_temporality Int32, data_points Array(Tuple(
                    attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))),
                    start_time_unix_nano UInt64,
                    time_unix_nano UInt64,
                    count UInt64,
                    sum Nullable(Float64),
                    min Nullable(Float64),
                    max Nullable(Float64),
                    bucket_counts Array(UInt64),
                    explicit_bounds Array(Float64),
                    flags UInt32,
                    exemplars Array(Tuple(time_unix_nano UInt64, value UInt8, as_double Float64, as_int Int64, trace_id String, span_id String, filtered_attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))))
                ))),
                exponential_histogram Tuple(aggregation_temporality Int32, data_points Array(Tuple(
                    attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))),
                    start_time_unix_nano UInt64,
                    time_unix_nano UInt64,
                    count UInt64,
                    sum Nullable(Float64),
                    min Nullable(Float64),
                    max Nullable(Float64),
                    scale Int32,
                    zero_count UInt64,
                    zero_threshold Float64,
                    positive Tuple(offset Int32, bucket_counts Array(UInt64)),
                    negative Tuple(offset Int32, bucket_counts Array(UInt64)),
                    flags UInt32,
                    exemplars Array(Tuple(time_unix_nano UInt64, value UInt8, as_double Float64, as_int Int64, trace_id String, span_id String, filtered_attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))))
                ))),
                summary Tuple(data_points Array(Tuple(
                    attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32))),
                    start_time_unix_nano UInt64,
                    time_unix_nano UInt64,
                    count UInt64,
                    sum Float64,
                    quantile_values Array(Tuple(quantile Float64, value Float64)),
                    flags UInt32
                )))
            ))
        ))
    ))
)
ENGINE = Null;

-- Log records. trace_id and span_id are zeros when a record belongs to no trace. Attributes are kept apart: the record's own, its
-- resource's, its scope's. A map of types holds the tag of values that are not strings: 0 present but empty, 2 bool, 3 int, 4 double,
-- 5 array, 6 key-value list, 7 bytes; 5 and 6 are kept as JSON, 7 as base64. body_type is such a tag, 1 being a string.
CREATE TABLE logs
(
    time DateTime64(9, 'UTC'),
    observed DateTime64(9, 'UTC'),
    severity UInt8,
    severity_text LowCardinality(String),
    body String,
    body_type UInt8,
    event_name LowCardinality(String),
    trace_id FixedString(16),
    span_id FixedString(8),
    flags UInt32,
    service LowCardinality(String),
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    correlation_id String,
    contract_id String,
    supplier_id LowCardinality(String),
    item_id String,
    purchase_order_id String,
    invoice_id String,
    flow LowCardinality(String),
    milestone LowCardinality(String),
    attributes Map(LowCardinality(String), String),
    attribute_types Map(LowCardinality(String), UInt8),
    dropped_attributes UInt32,
    resource_attributes Map(LowCardinality(String), String),
    resource_attribute_types Map(LowCardinality(String), UInt8),
    resource_schema_url LowCardinality(String),
    scope_name LowCardinality(String),
    scope_version LowCardinality(String),
    scope_attributes Map(LowCardinality(String), String),
    scope_attribute_types Map(LowCardinality(String), UInt8),
    scope_schema_url LowCardinality(String),
    received DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received)
ORDER BY (interface_id, toStartOfHour(received), trace_id, time)
TTL toDateTime(received) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, ttl_only_drop_parts = 1;

-- Metric data points of every kind. A column that a kind does not have is empty. Of a gauge or sum, value_type says which was
-- sent, 3 int (exact in int_value) or 4 double, 0 neither; value is either as a double. temporality: 1 delta, 2 cumulative.
CREATE TABLE metric_points
(
    metric LowCardinality(String),
    kind LowCardinality(String),
    unit LowCardinality(String),
    description LowCardinality(String),
    time DateTime64(9, 'UTC'),
    start DateTime64(9, 'UTC'),
    value Float64,
    value_type UInt8,
    int_value Int64,
    temporality UInt8,
    monotonic Bool,
    count UInt64,
    sum Nullable(Float64),
    min Nullable(Float64),
    max Nullable(Float64),
    bucket_counts Array(UInt64),
    explicit_bounds Array(Float64),
    scale Int32,
    zero_count UInt64,
    zero_threshold Float64,
    positive_offset Int32,
    positive_counts Array(UInt64),
    negative_offset Int32,
    negative_counts Array(UInt64),
    quantiles Array(Tuple(quantile Float64, value Float64)),
    exemplars Array(Tuple(
        time DateTime64(9, 'UTC'),
        value Float64,
        value_type UInt8,
        int_value Int64,
        trace_id String,
        span_id String,
        attributes Map(String, String),
        attribute_types Map(String, UInt8)
    )),
    flags UInt32,
    service LowCardinality(String),
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    attributes Map(LowCardinality(String), String),
    attribute_types Map(LowCardinality(String), UInt8),
    metadata Map(LowCardinality(String), String),
    metadata_types Map(LowCardinality(String), UInt8),
    resource_attributes Map(LowCardinality(String), String),
    resource_attribute_types Map(LowCardinality(String), UInt8),
    resource_schema_url LowCardinality(String),
    scope_name LowCardinality(String),
    scope_version LowCardinality(String),
    scope_attributes Map(LowCardinality(String), String),
    scope_attribute_types Map(LowCardinality(String), UInt8),
    scope_schema_url LowCardinality(String),
    received DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received)
ORDER BY (metric, interface_id, service, time)
TTL toDateTime(received) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, ttl_only_drop_parts = 1;
