-- A span that names flow and milestone speaks for itself (rule 0); configured rules speak for the rest. Numbers are unnested, not what
-- the rules say: most spans match none or one. Columns are named, for every INSERT pays for each that is carried.
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
FROM
(
    SELECT
        *,
        if(rule = 0, (toString(flow), toString(milestone), if(status = 2, 'failed', 'reached')), [
${rules}
        ][rule]) AS found
    FROM
    (
        SELECT
            trace_id, span_id, end, name, status, interface_id, facility_id, correlation_id, contract_id, supplier_id, item_id,
            purchase_order_id, invoice_id, flow, milestone, attributes, resource_attributes, received, sequence,
            arrayJoin(arrayConcat(if(flow != '' AND milestone != '', [toUInt16(0)], []), arrayFilter(n -> n > 0, [toUInt16(0),
${rule_numbers}
            ]))) AS rule
        FROM ${source}
    )
) AS spans
WHERE key != ''
