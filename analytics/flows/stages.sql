SELECT
    toUInt8(arrayJoin(arrayEnumerate({to_steps:Array(UInt8)}))) AS stage,
    {from_steps:Array(UInt8)}[stage] AS from_step,
    {to_steps:Array(UInt8)}[stage] AS to_step,
    count() AS instances,
    quantilesExactInclusive(0.5, 0.9)((reached[to_step] - reached[from_step]) / 1000000) AS quantiles
FROM judged
WHERE reached[from_step] > 0 AND reached[to_step] >= {start_us:Int64}
GROUP BY stage
ORDER BY to_step
