SELECT number, toString(state) AS state, rules, shape, keys, cut, waiting_for, revision, recorded
FROM generations FINAL
ORDER BY number
