SELECT
    toDate(fromUnixTimestamp64Micro(completed_at, 'UTC'), {zone:String}) AS day,
    count() AS completed,
    quantilesExactInclusive(0.5, 0.9)(cycle_seconds) AS quantiles
FROM judged
WHERE completed_at > 0
GROUP BY day
ORDER BY day
