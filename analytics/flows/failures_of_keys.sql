-- Newest failure without a later success, per key, facility and item of the instances a page shows.
SELECT
    found.key AS key,
    found.facility_id AS facility_id,
    found.item_id AS item_id,
    argMax(found.failure_class, found.time) AS failure_class,
    argMax(found.message, found.time) AS message,
    argMax(found.correlation_id, found.time) AS correlation_id,
    max(found.time) AS time
FROM
(
    SELECT
        multiIf({key_type:String} = 'contract', failures.contract_id, {key_type:String} = 'purchase_order', failures.purchase_order_id,
            {key_type:String} = 'invoice', failures.invoice_id, {key_type:String} = 'item', failures.item_id,
            {key_type:String} = 'supplier', failures.supplier_id, failures.correlation_id) AS key,
        toString(failures.facility_id) AS facility_id,
        failures.item_id AS item_id,
        toString(failures.interface_id) AS interface_id,
        toString(failures.object_type) AS object_type,
        failures.object AS object,
        toString(failures.failure_class) AS failure_class,
        failures.message AS message,
        failures.correlation_id AS correlation_id,
        failures.time AS time
    FROM current_failures AS failures
    WHERE key IN {keys:Array(String)}
        AND failures.time >= {since:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
        AND ({all_facilities:UInt8} OR failures.facility_id IN {facilities:Array(String)} OR failures.facility_id = '')
) AS found
LEFT JOIN
(
    SELECT toString(interface_id) AS interface_id, toString(object_type) AS object_type, object, toString(facility_id) AS facility_id, max(object_successes.time) AS newest
    FROM object_successes
    WHERE object_successes.time >= {since:DateTime64(6,'UTC')} AND object_successes.time < {end:DateTime64(6,'UTC')}
        AND object IN (
            SELECT failures.object FROM current_failures AS failures
            WHERE failures.time >= {since:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
                AND (failures.contract_id IN {keys:Array(String)} OR failures.purchase_order_id IN {keys:Array(String)}
                    OR failures.invoice_id IN {keys:Array(String)} OR failures.item_id IN {keys:Array(String)}
                    OR failures.supplier_id IN {keys:Array(String)} OR failures.correlation_id IN {keys:Array(String)}))
    GROUP BY interface_id, object_type, object, facility_id
) AS success
ON success.interface_id = found.interface_id AND success.object_type = found.object_type
    AND success.object = found.object AND success.facility_id = found.facility_id
WHERE success.newest <= found.time
GROUP BY key, facility_id, item_id
