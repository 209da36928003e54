SELECT
    currency,
    toDecimal128(sumIf(difference, in_interval AND is_overpaid), 6) AS overpaid,
    toDecimal128(sumIf(difference, in_interval AND cause = 'stale'), 6) AS stale_overpaid,
    toDecimal128(sumIf(difference, in_interval AND cause = 'retroactive'), 6) AS retroactive_overpaid,
    toDecimal128(sumIf(difference, in_interval AND cause = 'expired'), 6) AS expired_overpaid,
    toDecimal128(sumIf(difference, in_interval AND cause = 'other'), 6) AS other_overpaid,
    countIf(in_interval AND is_overpaid) AS wrong_price_lines,
    uniqExactIf(purchase_order_id, in_interval AND is_overpaid) AS wrong_price_orders,
    countIf(in_interval AND comparable) AS compared_lines,
    toDecimal128(sumIf(c.spend, in_interval AND comparable), 6) AS spend,
    countIf(in_interval AND NOT comparable) AS not_comparable_lines,
    toDecimal128(sumIf(c.spend, in_interval AND NOT comparable), 6) AS not_comparable_spend,
    toDecimal128(sumIf(difference, NOT in_interval AND is_overpaid), 6) AS previous_overpaid
FROM (SELECT *, ordered >= {split:DateTime64(6,'UTC')} AS in_interval FROM compared) AS c
GROUP BY currency
ORDER BY overpaid DESC, currency
