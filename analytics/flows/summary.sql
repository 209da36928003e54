SELECT
    count() AS instances,
    countIf(state = 'completed') AS completed,
    countIf(state = 'in_flight') AS in_flight,
    countIf(state = 'at_risk') AS at_risk,
    countIf(state = 'stuck') AS stuck,
    countIf(state = 'abandoned') AS abandoned,
    quantilesExactInclusiveIf(0.5, 0.9)(cycle_seconds, state = 'completed') AS quantiles
FROM judged
