SELECT
    multiIf({group:String} = 'contract', contract_id, {group:String} = 'item', item_id,
        {group:String} = 'supplier', toString(supplier_id), toString(facility_id)) AS group,
    toDecimal128(sum(difference), 6) AS overpaid,
    toDecimal128(sumIf(difference, cause = 'stale'), 6) AS stale_overpaid,
    toDecimal128(sumIf(difference, cause = 'retroactive'), 6) AS retroactive_overpaid,
    toDecimal128(sumIf(difference, cause = 'expired'), 6) AS expired_overpaid,
    toDecimal128(sumIf(difference, cause = 'other'), 6) AS other_overpaid,
    count() AS lines,
    uniqExact(purchase_order_id) AS orders,
    currency
FROM compared
WHERE is_overpaid
GROUP BY group, currency
ORDER BY overpaid DESC, group, currency
LIMIT {limit:UInt32}
