-- Overpaid of each of several periods that follow each other; period 0 begins at the first bound.
SELECT
    toUInt16(arrayCount(b -> b <= ordered, {bounds:Array(DateTime64(6, 'UTC'))}) - 1) AS period,
    supplier_id,
    currency,
    toDecimal128(sum(difference), 6) AS amount,
    count() AS lines
FROM compared
WHERE is_overpaid
GROUP BY period, supplier_id, currency
ORDER BY period, supplier_id, currency
