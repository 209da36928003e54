-- The newest failure of each object of some keys since a time.
SELECT
    multiIf({key_type:String} = 'contract', contract_id, {key_type:String} = 'purchase_order', purchase_order_id,
        {key_type:String} = 'invoice', invoice_id, '') AS key,
    toString(failures.facility_id) AS facility,
    failures.item_id AS item,
    argMax(toString(failures.failure_class), time) AS failure_class,
    argMax(failures.message, time) AS message,
    argMax(toString(failures.interface_id), time) AS interface,
    groupUniqArrayIf(20)(correlation_id, correlation_id != '') AS correlations
FROM current_failures AS failures
WHERE time >= {since:DateTime64(6, 'UTC')} AND key != '' AND key IN {keys:Array(String)}
GROUP BY key, facility, item
