-- Orders placed while a dependency was away, by currency.
SELECT
    toString(l.currency) AS currency,
    uniqExact(l.purchase_order_id) AS orders,
    count() AS lines,
    sum(CAST(l.quantity AS Decimal(38, 4)) * CAST(l.price AS Decimal(38, 6))) AS amount
FROM po_lines AS l FINAL
WHERE l.ordered >= {started:DateTime64(6,'UTC')} AND l.ordered < {ended:DateTime64(6,'UTC')}
    AND ({all_facilities:UInt8} OR l.facility_id IN {facilities:Array(String)})
GROUP BY currency
ORDER BY currency
