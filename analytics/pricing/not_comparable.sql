SELECT
    purchase_order_id, line, facility_id, supplier_id, contract_id, item_id, ordered, quantity, uom, price,
    toDecimal128(spend, 6) AS spend,
    currency,
    reason
FROM compared
WHERE NOT comparable
ORDER BY spend DESC, purchase_order_id, line
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
