-- OTLP log request → records, in the shape of spans_from_otlp. Tags: migration 0010. What may need masking lies in one array: the
-- values of a record's attributes, then its body. An id of another length than OpenTelemetry's is no id: the record belongs to no trace.
CREATE MATERIALIZED VIEW logs_from_otlp TO logs AS
WITH
${masking}
${otlp_values}
    1 AS none
SELECT
    instant(if(record.time_unix_nano = 0, record.observed_time_unix_nano, record.time_unix_nano)) AS time,
    instant(record.observed_time_unix_nano) AS observed,
    toUInt8(least(greatest(record.severity_number, 0), 255)) AS severity,
    record.severity_text AS severity_text,
    values[own + 1] AS body,
    type(record.body) AS body_type,
    record.event_name AS event_name,
    toFixedString(if(length(record.trace_id) = 16, record.trace_id, ''), 16) AS trace_id,
    toFixedString(if(length(record.span_id) = 8, record.span_id, ''), 8) AS span_id,
    record.flags AS flags,
    if(has(names, 'service.name'), texts[indexOf(names, 'service.name')], source.1) AS service,
    interface_id, facility_id, correlation_id, contract_id, supplier_id, item_id, purchase_order_id, invoice_id, flow, milestone,
    mapFromArrays(arraySlice(names, 1, own), arraySlice(values, 1, own)) AS attributes,
    types(arraySlice(names, 1, own), tags) AS attribute_types,
    record.dropped_attributes_count AS dropped_attributes,
    source.2 AS resource_attributes,
    source.3 AS resource_attribute_types,
    source.4 AS resource_schema_url,
    source.5 AS scope_name,
    source.6 AS scope_version,
    source.7 AS scope_attributes,
    source.8 AS scope_attribute_types,
    source.9 AS scope_schema_url,
    if(any_to_mask, arrayFlatten(arrayMap((n, t) -> masking_rules(n, t), names, texts)), []) AS masked,
    received
FROM
(
    SELECT
        * EXCEPT (key_texts),
        if(any_to_mask, arrayMap((n, t) -> masked_value(n, t), names, texts), texts) AS values
    FROM
    (
        SELECT
            *,
${span_key_columns}
            to_mask(names, texts) AS any_to_mask
        FROM
        (
            SELECT
                * EXCEPT (pair_texts),
                arrayPushBack(pair_texts, text(record.body)) AS texts,
                single(pair_texts, tags) AS key_texts,
                length(tags) AS own
            FROM
            (
                SELECT
                    * EXCEPT (log_records),
                    record,
                    CAST(arrayPushBack(record.attributes.key, ''), 'Array(LowCardinality(String))') AS names,
                    arrayMap(v -> text(v), record.attributes.value) AS pair_texts,
                    arrayMap(v -> type(v), record.attributes.value) AS tags
                FROM
                (
${otlp_scope}
                )
                ARRAY JOIN log_records AS record
            )
        )
    )
)
