SELECT
    count() AS instances,
    countIf(state = 'completed') AS completed,
    countIf(state = 'in_flight') AS in_flight,
    countIf(state = 'stuck') AS stuck,
    quantilesExactInclusiveIf(0.5, 0.9)(cycle_seconds, state = 'completed') AS quantiles
FROM judged
