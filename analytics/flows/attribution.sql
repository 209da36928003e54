-- Whose clock ran, over instances completed in the interval, and over those open at its end. Every second belongs to one party.
, if({calendar:String} = '', {as_of_us:Int64}, if((transform(roundDown({as_of_us:Int64}, points), points, codes, toInt64(0)) AS now_code) < 0,
    -1 - now_code, {as_of_us:Int64} - now_code)) AS now_open,
lives AS
(
    SELECT
        completed_at > 0 AS is_complete,
        if(is_complete OR ended_at > 0, 0, greatest(0, {as_of_us:Int64} - greatest(newest_at, started_at))) AS since_us,
        if(since_us = 0, 0, now_open - newest_open) AS since_open_us,
        arrayMap((us, step) -> (us + if(step = waiting_step, since_us, 0)) / 1000000, stage_us, {numbers:Array(UInt8)}) AS wall,
        arrayMap((us, step) -> (us + if(step = waiting_step, since_open_us, 0)) / 1000000, stage_open_us, {numbers:Array(UInt8)}) AS business,
        arrayJoin(arrayMap(name -> (name,
            arraySum((seconds, party) -> if(party = name, seconds, 0), wall, {parties:Array(String)}),
            arraySum((seconds, party) -> if(party = name, seconds, 0), business, {parties:Array(String)})), {names:Array(String)})) AS part
    FROM asked
    WHERE if(is_complete, completed_at < end_us, ended_at = 0 AND newest_at < end_us)
)
SELECT
    part.1 AS party,
    countIf(is_complete) AS instances,
    sumIf(part.2, is_complete) AS seconds,
    sumIf(part.3, is_complete) AS business_seconds,
    quantilesExactInclusiveIf(0.5, 0.9)(part.2, is_complete) AS quantiles,
    countIf(NOT is_complete) AS open_instances,
    sumIf(part.2, NOT is_complete) AS open_seconds,
    sumIf(part.3, NOT is_complete) AS open_business_seconds
FROM lives
GROUP BY party
ORDER BY seconds DESC, open_seconds DESC, party
