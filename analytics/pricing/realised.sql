-- On contract: a price was in force. At price: and no more than it was paid.
SELECT
    multiIf({group:String} = 'contract', contract_id, {group:String} = 'item', item_id, {group:String} = 'supplier', toString(supplier_id),
        {group:String} = 'facility', toString(facility_id), '') AS group,
    currency,
    toDecimal128(sum(judged.spend), 6) AS spend,
    toDecimal128(sumIf(judged.spend, comparable), 6) AS on_contract,
    toDecimal128(sumIf(judged.spend, comparable AND NOT is_overpaid), 6) AS at_contract_price,
    toDecimal128(sumIf(judged.spend, reason = 'no_price'), 6) AS off_contract,
    toDecimal128(sumIf(judged.spend, reason NOT IN ('', 'no_price')), 6) AS not_comparable,
    count() AS lines,
    countIf(reason = 'no_price') AS off_contract_lines
FROM judged
GROUP BY group, currency
ORDER BY spend DESC, group, currency
LIMIT {limit:UInt32}
