SELECT
    supplier_id, document AS invoice_id, line, purchase_order_id, facility_id, contract_id, item_id, time AS invoiced, ordered, quantity,
    price,
    toDecimal128(contract_price, 6) AS contract_price,
    toDecimal128(difference, 6) AS due,
    currency,
    retroactive
FROM judged
WHERE comparable AND difference != 0 AND ({supplier:String} = '' OR supplier_id = {supplier:String})
ORDER BY abs(due) DESC, supplier_id, invoice_id, line
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
