SELECT
    d.supplier_id AS supplier_id, d.invoice_id AS invoice_id, d.line AS line, d.purchase_order_id AS purchase_order_id,
    d.facility_id AS facility_id, d.item_id AS item_id, d.exception AS exception, d.invoiced AS invoiced,
    toDecimal128(round(toDecimal256(d.quantity, 4) * toDecimal256(d.price, 6), 6), 6) AS amount,
    d.currency AS currency,
    x.failure.1 AS failure_class, x.failure.2 AS failure_interface, x.failure.3 AS failure_message
FROM dated AS d
LEFT JOIN explained AS x ON x.supplier_id = d.supplier_id AND x.invoice_id = d.invoice_id AND x.line = d.line
ORDER BY invoiced DESC, supplier_id, invoice_id, line
LIMIT {limit:UInt32}
