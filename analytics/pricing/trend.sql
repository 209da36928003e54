SELECT
    toDate32(ordered, {zone:String}) AS day,
    toDecimal128(sum(difference), 6) AS overpaid,
    toDecimal128(sumIf(difference, cause = 'stale'), 6) AS stale_overpaid
FROM compared
WHERE is_overpaid AND currency = {currency:String}
GROUP BY day
ORDER BY day
