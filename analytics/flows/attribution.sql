-- Whose clock ran, over instances completed in the interval, and over those open at its end. Every second belongs to one party.
, if({calendar:String} = '', {as_of_us:Int64}, if((transform(roundDown({as_of_us:Int64}, points), points, codes, toInt64(0)) AS now_code) < 0,
    -1 - now_code, {as_of_us:Int64} - now_code)) AS now_open,
-- Sums go by step: steps have one party each, so only the quantiles need the sum of an instance. What an open one has waited since its
-- newest evidence is of the step it waits for.
lives AS
(
    SELECT
        completed_at > 0 AS is_complete,
        stage_us,
        stage_open_us,
        arrayMap(own -> dotProduct(stage_us, own), {own_steps:Array(Array(UInt8))}) AS parties_us,
        if(is_complete OR ended_at > 0, 0, greatest(0, {as_of_us:Int64} - greatest(newest_at, started_at))) AS since_us,
        if(since_us = 0, 0, now_open - newest_open) AS since_open_us,
        toUInt8(waiting_step) AS waiting_step
    FROM asked
    WHERE if(is_complete, completed_at < end_us, ended_at = 0 AND newest_at < end_us)
),
totals AS
(
    SELECT
        countIf(is_complete) AS instances,
        sumForEachIf(CAST(stage_us, 'Array(Float64)'), is_complete) AS steps_us,
        sumForEachIf(CAST(stage_open_us, 'Array(Float64)'), is_complete) AS steps_open_us,
        quantilesExactInclusiveForEachIf(0.5, 0.9)(parties_us, is_complete) AS quantiles_us,
        countIf(NOT is_complete) AS open_instances,
        sumForEachIf(CAST(stage_us, 'Array(Float64)'), NOT is_complete) AS waiting_us,
        sumForEachIf(CAST(stage_open_us, 'Array(Float64)'), NOT is_complete) AS waiting_open_us,
        sumMapIf([waiting_step], [toFloat64(since_us)], NOT is_complete) AS since,
        sumMapIf([waiting_step], [toFloat64(since_open_us)], NOT is_complete) AS since_open
    FROM lives
)
SELECT
    {names:Array(String)}[number] AS party,
    {own_steps:Array(Array(UInt8))}[number] AS own,
    totals.instances AS instances,
    dotProduct(steps_us, arrayResize(own, length(steps_us))) / 1000000 AS seconds,
    dotProduct(steps_open_us, arrayResize(own, length(steps_open_us))) / 1000000 AS business_seconds,
    arrayMap(us -> us / 1000000, quantiles_us[number]) AS quantiles,
    totals.open_instances AS open_instances,
    (dotProduct(waiting_us, arrayResize(own, length(waiting_us))) + arraySum((step, us) -> if(own[step], us, 0), since.1, since.2)) / 1000000 AS open_seconds,
    (dotProduct(waiting_open_us, arrayResize(own, length(waiting_open_us))) + arraySum((step, us) -> if(own[step], us, 0), since_open.1, since_open.2)) / 1000000 AS open_business_seconds
FROM totals
ARRAY JOIN arrayEnumerate({names:Array(String)}) AS number
ORDER BY seconds DESC, open_seconds DESC, party
