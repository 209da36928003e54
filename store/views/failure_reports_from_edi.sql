-- A rejection is a failure of what was rejected: at the interface the document went through, of the objects it was about.
-- A subquery on the table of the view sees what is being inserted, so only documents that are answered now are read.
CREATE MATERIALIZED VIEW failure_reports_from_edi TO failure_reports AS
SELECT
    concat(a.source_id, '|', original.set_key) AS source_id,
    arrayFirst(i -> i != '', [toString(original.interface_id), toString(a.original_interface), toString(a.interface_id)]) AS interface_id,
    original.facility_id AS facility_id,
    a.code AS code,
    a.message AS message,
    '' AS flow,
    '' AS milestone,
    if(original.correlation_id != '', original.correlation_id, a.correlation_id) AS correlation_id,
    if(a.contract_id != '', a.contract_id, original.key_values[indexOf(original.key_types, 'contract')]) AS contract_id,
    if(original.supplier_id != '', original.supplier_id, a.supplier_id) AS supplier_id,
    '' AS item_id,
    if(a.purchase_order_id != '', a.purchase_order_id, original.key_values[indexOf(original.key_types, 'purchase_order')]) AS purchase_order_id,
    if(a.invoice_id != '', a.invoice_id, original.key_values[indexOf(original.key_types, 'invoice')]) AS invoice_id,
    toDateTime64(a.time, 6, 'UTC') AS time,
    a.received AS received,
    'edi' AS source
FROM edi_acknowledgements AS a
LEFT JOIN
${edi_originals}
AS original ON original.about = a.acknowledges
WHERE (a.verdict = 'rejected' OR (a.verdict = 'partly_accepted' AND a.level = 'set')) AND NOT (a.level = 'group' AND a.named_sets > 0)
