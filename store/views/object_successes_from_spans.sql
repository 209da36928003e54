CREATE MATERIALIZED VIEW object_successes_from_spans TO object_successes AS
WITH
    multiIf(item_id != '', ('item', item_id), invoice_id != '', ('invoice', invoice_id),
        purchase_order_id != '', ('purchase_order', purchase_order_id), contract_id != '', ('contract', contract_id),
        supplier_id != '', ('supplier', toString(supplier_id)), ('', '')) AS subject
SELECT
    interface_id,
    subject.1 AS object_type,
    subject.2 AS object,
    facility_id,
    toDateTime64(end, 6, 'UTC') AS time,
    received
FROM spans
WHERE status != 2 AND subject.2 != '' AND interface_id != ''
