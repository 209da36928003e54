-- Failures of the story's keys, correlation ids and traces: hasAny is what the index by_key answers. Newest before the cursor; total counts them all.
SELECT *
FROM
(
    SELECT *, toUnixTimestamp64Micro(time) AS moment, concat('failure ', id) AS identity, count() OVER () AS total
    FROM
    (
        SELECT
            hex(failures.failure_id) AS id,
            any(failures.time) AS time,
            toString(any(failures.interface_id)) AS interface_id,
            toString(any(failures.facility_id)) AS facility_id,
            toString(any(failures.failure_class)) AS failure_class,
            any(failures.message) AS message,
            toString(any(failures.job)) AS job,
            any(failures.correlation_id) AS correlation_id
        FROM current_failures AS failures
        WHERE hasAny([failures.correlation_id, failures.contract_id, failures.supplier_id, failures.item_id, failures.purchase_order_id,
                failures.invoice_id, failures.object, failures.run_id, hex(failures.trace_id)], {values:Array(String)})
            AND ((failures.correlation_id IN {correlations:Array(String)} AND failures.correlation_id != '')
                OR hex(failures.trace_id) IN {traces:Array(String)}
                OR (failures.contract_id IN {contracts:Array(String)} AND failures.contract_id != '')
                OR (failures.purchase_order_id IN {orders:Array(String)} AND failures.purchase_order_id != '')
                OR (failures.invoice_id IN {invoices:Array(String)} AND failures.invoice_id != '')
                OR {searched:String} IN (failures.object, failures.item_id, failures.supplier_id, failures.run_id))
            AND ({all_facilities:UInt8} OR failures.facility_id IN {facilities:Array(String)} OR failures.facility_id = '')
        GROUP BY id
    )
)
WHERE (moment, identity) < ({before:Int64}, {before_identity:String})
ORDER BY moment DESC, identity DESC
LIMIT {limit:UInt32}
