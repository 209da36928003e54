SELECT reason, currency, count() AS lines, uniqExact(purchase_order_id) AS orders, toDecimal128(sum(compared.spend), 6) AS spend
FROM compared
WHERE NOT comparable
GROUP BY reason, currency
ORDER BY spend DESC, reason, currency
