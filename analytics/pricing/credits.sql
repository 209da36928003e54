-- Of what was billed: above the price in force is the buyer's, below it the supplier's.
SELECT
    supplier_id, contract_id, currency,
    toDecimal128(sumIf(difference, difference > 0), 6) AS credit_due,
    toDecimal128(-sumIf(difference, difference < 0), 6) AS rebill_due,
    countIf(difference > 0) AS credit_lines,
    countIf(difference < 0) AS rebill_lines,
    uniqExactIf((issuer, document), difference != 0) AS invoices,
    minIf(time, difference != 0) AS oldest
FROM judged
WHERE comparable AND difference != 0
GROUP BY supplier_id, contract_id, currency
ORDER BY credit_due DESC, rebill_due DESC, supplier_id, contract_id, currency
LIMIT {limit:UInt32}
