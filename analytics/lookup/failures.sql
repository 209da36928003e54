SELECT
    any(failures.time) AS time,
    toString(any(failures.interface_id)) AS interface_id,
    toString(any(failures.facility_id)) AS facility_id,
    toString(any(failures.failure_class)) AS failure_class,
    any(failures.message) AS message,
    toString(any(failures.job)) AS job,
    any(failures.correlation_id) AS correlation_id
FROM current_failures AS failures
WHERE ((failures.correlation_id IN {correlations:Array(String)} AND failures.correlation_id != '')
        OR failures.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16))
        OR (failures.contract_id IN {contracts:Array(String)} AND failures.contract_id != '')
        OR (failures.purchase_order_id IN {orders:Array(String)} AND failures.purchase_order_id != '')
        OR (failures.invoice_id IN {invoices:Array(String)} AND failures.invoice_id != '')
        OR failures.object = {searched:String} OR failures.item_id = {searched:String} OR failures.run_id = {searched:String})
    AND ({all_facilities:UInt8} OR failures.facility_id IN {facilities:Array(String)} OR failures.facility_id = '')
GROUP BY failures.failure_id
ORDER BY time DESC
LIMIT {limit:UInt32}
