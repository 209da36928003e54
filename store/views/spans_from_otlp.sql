-- OTLP request → spans. What belongs to a resource or a scope is made once each, before its spans are unnested. Tags: migration 0010.
-- Keys are looked up by position in the array of names, several times faster than asking the finished map for each. Each level's
-- arrays are columns of a subquery: an alias would be worked out again wherever it is named.
CREATE MATERIALIZED VIEW spans_from_otlp TO spans AS
WITH
${masking}
    (pairs) -> mapFromArrays(mapKeys(pairs), arrayMap((k, v) -> masked_value(k, v), mapKeys(pairs), mapValues(pairs))) AS masked_map,
    (nanoseconds) -> fromUnixTimestamp64Nano(toInt64(least(nanoseconds, 9223372036854775807)), 'UTC') AS instant,
    (value) -> toUInt8(if(value.kind IN (5, 6, 7), value.kind, value.value)) AS type,
    (value) -> multiIf(value.value = 1, value.string_value, value.value = 2, if(value.bool_value, 'true', 'false'),
        value.value = 3, toString(value.int_value), value.value = 4, toString(value.double_value), '') AS text,
    (pairs) -> mapFromArrays(pairs.key, arrayMap(v -> text(v), pairs.value)) AS as_map,
    (pairs) -> mapFromArrays(arrayFilter((k, v) -> type(v) != 1, pairs.key, pairs.value), arrayFilter(t -> t != 1, arrayMap(v -> type(v), pairs.value))) AS types
SELECT
    if(span.start_time_unix_nano < 4260000000000000000, toStartOfFiveMinutes(toDateTime(intDiv(span.start_time_unix_nano, 1000000000), 'UTC')), toDateTime(0, 'UTC')) AS bucket,
    span.trace_id AS trace_id,
    span.span_id AS span_id,
    toFixedString(substring(span.parent_span_id, 1, 8), 8) AS parent_span_id,
    instant(span.start_time_unix_nano) AS start,
    instant(greatest(span.end_time_unix_nano, span.start_time_unix_nano)) AS end,
    service,
    span.name AS name,
    span.kind AS kind,
    span.status.code AS status,
    masked_text(span.status.message) AS status_message,
    interface_id, facility_id, correlation_id, contract_id, supplier_id, item_id, purchase_order_id, invoice_id, flow, milestone,
    mapFromArrays(names, if(any_to_mask, arrayMap((k, v) -> masked_value(k, v), names, texts), texts)) AS attributes,
    mapFromArrays(arrayFilter((k, t) -> t != 1, names, tags), arrayFilter(t -> t != 1, tags)) AS attribute_types,
    span.dropped_attributes_count AS dropped_attributes,
    arrayMap(e -> (instant(e.time_unix_nano), masked_text(e.name), masked_map(as_map(e.attributes)), types(e.attributes), e.dropped_attributes_count), span.events) AS events,
    span.dropped_events_count AS dropped_events,
    arrayMap(l -> (toFixedString(substring(l.trace_id, 1, 16), 16), toFixedString(substring(l.span_id, 1, 8), 8), l.trace_state, l.flags,
        masked_map(as_map(l.attributes)), types(l.attributes), l.dropped_attributes_count), span.links) AS links,
    span.dropped_links_count AS dropped_links,
    span.trace_state AS trace_state,
    span.flags AS flags,
${sampling_weight}
    resource_attributes,
    resource_attribute_types,
    resource_schema_url,
    scope_name,
    scope_version,
    scope_attributes,
    scope_attribute_types,
    scope_schema_url,
    arrayConcat(if(any_to_mask, arrayFlatten(arrayMap((k, v) -> masking_rules(k, v), names, texts)), []), masking_rules_of_text(span.status.message)) AS masked,
    received,
    sequence
FROM
(
    WITH (name) -> key_texts[indexOf(names, name)] AS own
    SELECT
        *,
        to_mask(names, texts) AS any_to_mask,
${span_key_columns}
        span.trace_state AS trace_state
    FROM
    (
        SELECT *, if(has(tags, 5), arrayMap((v, t) -> if(t = 5 AND JSONLength(v) = 1, JSONExtractString(v, 1), v), texts, tags), texts) AS key_texts
        FROM
        (
            SELECT
                * EXCEPT (spans),
                span,
                CAST(span.attributes.key, 'Array(LowCardinality(String))') AS names,
                arrayMap(v -> text(v), span.attributes.value) AS texts,
                arrayMap(v -> type(v), span.attributes.value) AS tags
            FROM
            (
                SELECT
                    * EXCEPT (scope_spans),
                    scope_spans.scope.name AS scope_name,
                    scope_spans.scope.version AS scope_version,
                    masked_everywhere(as_map(scope_spans.scope.attributes)) AS scope_attributes,
                    types(scope_spans.scope.attributes) AS scope_attribute_types,
                    scope_spans.schema_url AS scope_schema_url,
                    scope_spans.spans AS spans
                FROM
                (
                    SELECT
                        resource_spans.schema_url AS resource_schema_url,
                        as_map(resource_spans.resource.attributes) AS all_attributes,
                        masked_everywhere(all_attributes) AS resource_attributes,
                        types(resource_spans.resource.attributes) AS resource_attribute_types,
                        all_attributes['service.name'] AS service,
${resource_key_columns}
                        resource_spans.scope_spans AS scope_spans,
                        fromUnixTimestamp64Milli(toInt64(intDiv(received_unix_nano, 1000000)), 'UTC') AS received,
                        sequence
                    FROM otlp_traces
                    ARRAY JOIN resource_spans
                )
                ARRAY JOIN scope_spans
            )
            ARRAY JOIN spans AS span
        )
    )
)
