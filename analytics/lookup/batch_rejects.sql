-- Rejected lines of the story; newest before the cursor, total counts them all.
SELECT *
FROM
(
    SELECT *, toUnixTimestamp64Micro(time) AS moment, concat('batch_reject ', hex(sipHash64(job, run_id, line, message, facility_id))) AS identity, count() OVER () AS total
    FROM
    (
        SELECT DISTINCT
            toString(batch_rejects.job) AS job,
            batch_rejects.run_id AS run_id,
            batch_rejects.line AS line,
            batch_rejects.message AS message,
            toString(batch_rejects.facility_id) AS facility_id,
            batch_rejects.correlation_id AS correlation_id,
            batch_rejects.time AS time
        FROM batch_rejects
        WHERE hasAny([batch_rejects.correlation_id, batch_rejects.contract_id, batch_rejects.item_id, batch_rejects.purchase_order_id,
                batch_rejects.invoice_id, batch_rejects.run_id], {values:Array(String)})
            AND ((batch_rejects.correlation_id IN {correlations:Array(String)} AND batch_rejects.correlation_id != '')
                OR {searched:String} IN (batch_rejects.run_id, batch_rejects.item_id)
                OR (batch_rejects.contract_id IN {contracts:Array(String)} AND batch_rejects.contract_id != '')
                OR (batch_rejects.purchase_order_id IN {orders:Array(String)} AND batch_rejects.purchase_order_id != '')
                OR (batch_rejects.invoice_id IN {invoices:Array(String)} AND batch_rejects.invoice_id != ''))
            AND ({all_facilities:UInt8} OR batch_rejects.facility_id IN {facilities:Array(String)} OR batch_rejects.facility_id = '')
    )
)
WHERE (moment, identity) < ({before:Int64}, {before_identity:String})
ORDER BY moment DESC, identity DESC
LIMIT {limit:UInt32}
