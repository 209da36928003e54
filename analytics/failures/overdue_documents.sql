SELECT
    concat('overdue|', set_id, '|', sender, '|', receiver, '|', interchange_control, '|', group_control, '|', set_control, '|', toString(time)) AS source_id,
    'edi' AS source,
    interface_id,
    facility_id,
    'ACKNOWLEDGEMENT_OVERDUE' AS code,
    concat('No functional acknowledgement of ', set_id, ' ', set_control, ' sent to ', if(partner != '', partner, receiver), ' has come by ', formatDateTime(assumeNotNull(due), '%Y-%m-%d %H:%i UTC')) AS message,
    correlation_id,
    substring(arrayFirst(k -> startsWith(k, 'contract '), keys), 10) AS contract_id,
    supplier_id,
    substring(arrayFirst(k -> startsWith(k, 'purchase_order '), keys), 16) AS purchase_order_id,
    substring(arrayFirst(k -> startsWith(k, 'invoice '), keys), 9) AS invoice_id,
    toDateTime64(assumeNotNull(due), 6, 'UTC') AS time,
    {now:DateTime64(3,'UTC')} AS received
FROM judged
WHERE status = 'overdue'
    AND source_id NOT IN (SELECT r.source_id FROM failure_reports AS r WHERE r.source = 'edi' AND startsWith(r.source_id, 'overdue|'))
