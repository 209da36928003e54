SELECT
    x.failure.1 AS failure_class,
    x.failure.2 AS failure_interface,
    d.exception AS exception,
    count() AS lines,
    uniqExact(d.supplier_id, d.invoice_id) AS invoices,
    uniqExact(d.facility_id) AS facilities,
    toDecimal128(sum(round(toDecimal256(d.quantity, 4) * toDecimal256(d.price, 6), 6)), 6) AS amount,
    d.currency AS currency
FROM dated AS d
LEFT JOIN explained AS x ON x.supplier_id = d.supplier_id AND x.invoice_id = d.invoice_id AND x.line = d.line
GROUP BY failure_class, failure_interface, exception, currency
ORDER BY amount DESC, failure_class, failure_interface, exception, currency
LIMIT {limit:UInt32}
