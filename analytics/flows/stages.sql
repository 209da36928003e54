SELECT
    arrayJoin(arrayZip({from_steps:Array(UInt8)}, {to_steps:Array(UInt8)})) AS stage,
    stage.1 AS from_step,
    stage.2 AS to_step,
    count() AS instances,
    quantilesExactInclusive(0.5, 0.9)((reached[to_step] - reached[from_step]) / 1000000) AS quantiles
FROM judged
WHERE reached[from_step] > 0 AND reached[to_step] >= {start_us:Int64}
GROUP BY stage
ORDER BY to_step
