-- OTLP request → spans. A span's own attribute wins over its resource's. Tags: 1 string, 2 bool, 3 int, 4 double.
CREATE MATERIALIZED VIEW spans_from_otlp TO spans AS
WITH
${masking}
    (value) -> multiIf(value.value = 1, value.string_value, value.value = 2, if(value.bool_value, 'true', 'false'),
        value.value = 3, toString(value.int_value), value.value = 4, toString(value.double_value), '') AS text,
    (pairs) -> mapFromArrays(arrayMap(p -> toString(p.key), pairs), arrayMap(p -> masked_value(p.key, text(p.value)), pairs)) AS as_map,
    arrayJoin(resource_spans) AS resource_span,
    as_map(resource_span.resource.attributes) AS resource_attributes,
    arrayJoin(arrayFlatten([arrayMap(s -> s.spans, resource_span.scope_spans)])) AS span,
    mapUpdate(resource_attributes, as_map(span.attributes)) AS all_attributes,
    fromUnixTimestamp64Nano(toInt64(least(span.start_time_unix_nano, 9223372036854775807)), 'UTC') AS started,
    fromUnixTimestamp64Nano(toInt64(least(greatest(span.end_time_unix_nano, span.start_time_unix_nano), 9223372036854775807)), 'UTC') AS ended
SELECT
    if(span.start_time_unix_nano < 4260000000000000000, toStartOfFiveMinutes(toDateTime(intDiv(span.start_time_unix_nano, 1000000000), 'UTC')), toDateTime(0, 'UTC')) AS bucket,
    span.trace_id AS trace_id,
    span.span_id AS span_id,
    toFixedString(substring(span.parent_span_id, 1, 8), 8) AS parent_span_id,
    started AS start,
    ended AS end,
    all_attributes['service.name'] AS service,
    span.name AS name,
    span.kind AS kind,
    span.status.code AS status,
    masked_text(span.status.message) AS status_message,
${key_columns}
    all_attributes AS attributes,
    arrayMap(e -> (fromUnixTimestamp64Nano(toInt64(least(e.time_unix_nano, 9223372036854775807)), 'UTC'), e.name, as_map(e.attributes)), span.events) AS events,
    fromUnixTimestamp64Milli(toInt64(intDiv(received_unix_nano, 1000000)), 'UTC') AS received
FROM otlp_traces
