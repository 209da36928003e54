-- A span that names flow and milestone speaks for itself; configured rules speak for the rest.
CREATE MATERIALIZED VIEW milestones_from_spans_${generation} TO milestones AS
SELECT
    found.1 AS flow,
    ${authority_of_flow} AS authority,
    ${key_of_flow} AS key,
    ${facility_of_flow} AS facility_id,
    ${item_of_flow} AS item_id,
    found.2 AS milestone,
    found.3 AS outcome,
    toDateTime64(end, 6, 'UTC') AS time,
    'span' AS source,
    lower(hex(span_id)) AS source_id,
    interface_id,
    correlation_id,
    trace_id,
    supplier_id,
    attributes,
    'standard' AS retention,
    received,
    ${generation} AS generation,
    sequence
FROM ${source}
ARRAY JOIN [
        (toString(spans.flow), toString(spans.milestone), if(status = 2, 'failed', 'reached')),
${rules}
    ] AS found
WHERE found.1 != '' AND found.2 != '' AND key != ''
