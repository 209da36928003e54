-- Steps done more than once, or refused before they were done, over instances alive in the interval.
SELECT
    step,
    countIf(times > 1) AS repeated_instances,
    sum(greatest(times, 1) - 1) AS repeats,
    countIf(refusals > 0) AS refused_instances,
    sum(refusals) AS refusals_in_all,
    quantilesExactInclusiveIf(0.5, 0.9)((at - first_refused) / 1000000, refusals > 0 AND at > first_refused) AS lost,
    countIf(refusals > 0 AND at > first_refused) AS recovered
FROM
(
    SELECT
        arrayJoin({numbers:Array(UInt8)}) AS step,
        reached[step] AS at,
        toInt64(countEqual(path, step)) AS times,
        arrayFilter(attempt -> attempt.1 = step AND attempt.2 = 2 AND attempt.3 < end_us, attempts) AS refused,
        length(refused) AS refusals,
        arrayMin(arrayMap(attempt -> attempt.3, refused)) AS first_refused
    FROM asked
)
GROUP BY step
HAVING repeats > 0 OR refusals_in_all > 0
ORDER BY refused_instances + repeated_instances DESC, step
