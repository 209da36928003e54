-- OTLP request → spans. What belongs to a resource or a scope is made once each, before its spans are unnested. Tags: migration 0010.
-- Every INSERT pays for reading this text, a third of a millisecond for each column of each subquery: what is only carried along is carried
-- in tuples. An alias is worked out again wherever it is named, so what is named often is a column of a subquery; keys are found by
-- position in the array of names. Everything of a span that may need masking lies in one array: the values of its attributes, of its
-- events' and its links', then its status message and the names of its events.
CREATE MATERIALIZED VIEW spans_from_otlp TO spans AS
WITH
${masking}
${otlp_values}
    (count, lengths) -> arrayMap((end, length) -> end - length + count, arrayCumSum(lengths), lengths) AS starts
SELECT
    if(start_ns < 4260000000000000000, toStartOfFiveMinutes(toDateTime(intDiv(start_ns, 1000000000), 'UTC')), toDateTime(0, 'UTC')) AS bucket,
    span.trace_id AS trace_id,
    span.span_id AS span_id,
    toFixedString(substring(span.parent_span_id, 1, 8), 8) AS parent_span_id,
    instant(start_ns) AS start,
    instant(greatest(span.end_time_unix_nano, start_ns)) AS end,
    source.1 AS service,
    span.name AS name,
    span.kind AS kind,
    span.status.code AS status,
    values[pairs + 1] AS status_message,
    interface_id, facility_id, correlation_id, contract_id, supplier_id, item_id, purchase_order_id, invoice_id, flow, milestone,
    mapFromArrays(arraySlice(names, 1, own), arraySlice(values, 1, own)) AS attributes,
    types(arraySlice(names, 1, own), arraySlice(tags, 1, own)) AS attribute_types,
    span.dropped_attributes_count AS dropped_attributes,
    arrayMap((e, name, s) -> (instant(e.time_unix_nano), name, mapFromArrays(e.attributes.key, arraySlice(values, s + 1, length(e.attributes))),
        types(e.attributes.key, arraySlice(tags, s + 1, length(e.attributes))), e.dropped_attributes_count),
        span.events, arraySlice(values, pairs + 2), starts(own, arrayMap(e -> length(e.attributes), span.events))) AS events,
    span.dropped_events_count AS dropped_events,
    arrayMap((l, s) -> (toFixedString(substring(l.trace_id, 1, 16), 16), toFixedString(substring(l.span_id, 1, 8), 8), l.trace_state, l.flags,
        mapFromArrays(l.attributes.key, arraySlice(values, s + 1, length(l.attributes))),
        types(l.attributes.key, arraySlice(tags, s + 1, length(l.attributes))), l.dropped_attributes_count),
        span.links, starts(own + length(arrayFlatten(span.events.attributes)), arrayMap(l -> length(l.attributes), span.links))) AS links,
    span.dropped_links_count AS dropped_links,
    span.trace_state AS trace_state,
    span.flags AS flags,
${sampling_weight}
    source.2 AS resource_attributes,
    source.3 AS resource_attribute_types,
    source.4 AS resource_schema_url,
    source.5 AS scope_name,
    source.6 AS scope_version,
    source.7 AS scope_attributes,
    source.8 AS scope_attribute_types,
    source.9 AS scope_schema_url,
    if(any_to_mask, arrayFlatten(arrayMap((n, t) -> masking_rules(n, t), names, texts)), []) AS masked,
    received,
    sequence
FROM
(
    SELECT
        span, start_ns, source, received, sequence, names, texts, tags, own, pairs, any_to_mask,
${span_key_columns}
        if(any_to_mask, arrayMap((n, t) -> masked_value(n, t), names, texts), texts) AS values
    FROM
    (
        SELECT
            span, source, resource_keys, received, sequence,
            span.start_time_unix_nano AS start_ns,
            length(span.attributes) AS own,
            length(pair_tags) AS pairs,
            arrayResize(CAST(all_pairs.key, 'Array(LowCardinality(String))'), toUInt32(pairs + 1 + length(span.events)), '') AS names,
            arrayConcat(pair_texts, [span.status.message], span.events.name) AS texts,
            pair_tags AS tags,
            single(pair_texts, pair_tags) AS key_texts,
            to_mask(names, texts) AS any_to_mask
        FROM
        (
            SELECT
                span, source, resource_keys, received, sequence,
                arrayConcat(span.attributes, arrayFlatten(span.events.attributes), arrayFlatten(span.links.attributes)) AS all_pairs,
                arrayMap(v -> text(v), all_pairs.value) AS pair_texts,
                arrayMap(v -> type(v), all_pairs.value) AS pair_tags
            FROM
            (
${otlp_scope}
            )
            ARRAY JOIN spans AS span
        )
    )
)
