SELECT
    -- Only the supplier tells two invoices of one number apart.
    if({/*side*/key:String} = 'invoice', toString(s.supplier_id), '') AS authority,
    multiIf({/*side*/key:String} = 'contract', s.contract_id, {/*side*/key:String} = 'purchase_order', s.purchase_order_id, {/*side*/key:String} = 'item', s.item_id, {/*side*/key:String} = 'invoice', s.invoice_id, s.correlation_id) AS key,
    toString(s.facility_id) AS facility_id,
    toDateTime64(s.start, 6, 'UTC') AS at
FROM spans AS s
WHERE s.interface_id = {/*side*/interface:String} AND s.status != 2
    AND s.bucket >= toStartOfFiveMinutes({start:DateTime64(6,'UTC')}) - INTERVAL 45 DAY
    AND s.bucket <= {now:DateTime64(6,'UTC')}
