-- Credits due of each of several periods that follow each other; period 0 begins at the first bound.
SELECT
    toUInt16(arrayCount(b -> b <= time, {bounds:Array(DateTime64(6, 'UTC'))}) - 1) AS period,
    supplier_id,
    currency,
    toDecimal128(sum(difference), 6) AS amount,
    count() AS lines
FROM judged
WHERE comparable AND difference > 0
GROUP BY period, supplier_id, currency
ORDER BY period, supplier_id, currency
