-- OTLP log request → records. Tags of a value: 0 none, 1 string, 2 bool, 3 int, 4 double; `kind` that of a value kept as JSON.
-- The maps of a resource and of a scope are made once each, before their records are unnested; masking comes last, because
-- its rules may name the interface. An id of another length than OpenTelemetry's is no id: the record belongs to no trace.
CREATE MATERIALIZED VIEW logs_from_otlp TO logs AS
WITH
${masking}
    (pairs) -> mapApply((k, v) -> (k, masked_value(k, v)), pairs) AS masked_map
SELECT
    time,
    observed,
    severity,
    severity_text,
    masked_text(body) AS body,
    body_type,
    event_name,
    trace_id,
    span_id,
    flags,
    all_attributes['service.name'] AS service,
    interface_id,
    facility_id,
    correlation_id,
    contract_id,
    supplier_id,
    item_id,
    purchase_order_id,
    invoice_id,
    flow,
    milestone,
    masked_map(attributes) AS attributes,
    attribute_types,
    dropped_attributes,
    masked_map(resource_attributes) AS resource_attributes,
    resource_attribute_types,
    resource_schema_url,
    scope_name,
    scope_version,
    masked_map(scope_attributes) AS scope_attributes,
    scope_attribute_types,
    scope_schema_url,
    received
FROM
(
    WITH
        (value) -> multiIf(value.value = 1, value.string_value, value.value = 2, if(value.bool_value, 'true', 'false'),
            value.value = 3, toString(value.int_value), value.value = 4, toString(value.double_value), '') AS text,
        (value) -> toUInt8(if(value.kind IN (5, 6, 7), value.kind, value.value)) AS type,
        (pairs) -> mapFromArrays(arrayMap(p -> toString(p.key), pairs), arrayMap(p -> text(p.value), pairs)) AS as_map,
        (pairs) -> arrayFilter(p -> type(p.value) != 1, pairs) AS typed,
        (pairs) -> mapFromArrays(arrayMap(p -> toString(p.key), typed(pairs)), arrayMap(p -> type(p.value), typed(pairs))) AS types,
        (nanoseconds) -> fromUnixTimestamp64Nano(toInt64(least(nanoseconds, 9223372036854775807)), 'UTC') AS instant,
        arrayJoin(arrayMap(r -> (as_map(r.resource.attributes), types(r.resource.attributes), r.schema_url, r.scope_logs), resource_logs)) AS r,
        arrayJoin(arrayMap(s -> (s.scope.name, s.scope.version, as_map(s.scope.attributes), types(s.scope.attributes), s.schema_url, s.log_records), r.4)) AS s,
        arrayJoin(s.6) AS record,
        mapUpdate(r.1, as_map(record.attributes)) AS all_attributes
    SELECT
        instant(if(record.time_unix_nano = 0, record.observed_time_unix_nano, record.time_unix_nano)) AS time,
        instant(record.observed_time_unix_nano) AS observed,
        toUInt8(least(greatest(record.severity_number, 0), 255)) AS severity,
        record.severity_text AS severity_text,
        text(record.body) AS body,
        type(record.body) AS body_type,
        record.event_name AS event_name,
        toFixedString(if(length(record.trace_id) = 16, record.trace_id, ''), 16) AS trace_id,
        toFixedString(if(length(record.span_id) = 8, record.span_id, ''), 8) AS span_id,
        record.flags AS flags,
        all_attributes,
${key_columns}
        as_map(record.attributes) AS attributes,
        types(record.attributes) AS attribute_types,
        record.dropped_attributes_count AS dropped_attributes,
        r.1 AS resource_attributes,
        r.2 AS resource_attribute_types,
        r.3 AS resource_schema_url,
        s.1 AS scope_name,
        s.2 AS scope_version,
        s.3 AS scope_attributes,
        s.4 AS scope_attribute_types,
        s.5 AS scope_schema_url,
        fromUnixTimestamp64Milli(toInt64(intDiv(received_unix_nano, 1000000)), 'UTC') AS received
    FROM otlp_logs
)
