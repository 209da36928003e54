-- What the spans of some traces say of keys, from their columns. others: a span has an attribute of a key without a column.
SELECT DISTINCT
    spans.correlation_id AS correlation_id,
    spans.contract_id AS contract_id,
    toString(spans.supplier_id) AS supplier_id,
    spans.item_id AS item_id,
    spans.purchase_order_id AS purchase_order_id,
    spans.invoice_id AS invoice_id,
    toString(spans.facility_id) AS facility_id,
    toString(spans.interface_id) AS interface_id,
    toString(spans.flow) AS flow,
    toString(spans.milestone) AS milestone,
    hasAny(mapKeys(spans.attributes), {others:Array(String)}) OR hasAny(mapKeys(spans.resource_attributes), {others:Array(String)}) AS others
FROM spans
WHERE spans.bucket IN (
        SELECT trace_buckets.bucket FROM trace_buckets
        WHERE trace_buckets.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16)))
    AND spans.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16))
    AND ({all_facilities:UInt8} OR spans.facility_id IN {facilities:Array(String)} OR spans.facility_id = '')
LIMIT 5000
