SELECT
    purchase_order_id, line, facility_id, supplier_id, contract_id, item_id, ordered, quantity, price,
    toDecimal128(contract_price, 6) AS contract_price,
    known_price,
    toDecimal128(difference, 6) AS overpaid,
    currency,
    stale,
    cause
FROM compared
WHERE is_overpaid
ORDER BY overpaid DESC, purchase_order_id, line
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
