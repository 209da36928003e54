-- How long each step was waited for, over instances completed in the interval.
SELECT
    stage.1 AS step,
    countIf(stage.2 > 0) AS instances,
    sum(stage.2) / 1000000 AS seconds,
    sum(stage.3) / 1000000 AS business_seconds,
    quantilesExactInclusiveIf(0.5, 0.9)(stage.2 / 1000000, stage.2 > 0) AS quantiles
FROM asked
ARRAY JOIN arrayZip({numbers:Array(UInt8)}, stage_us, stage_open_us) AS stage
WHERE completed_at > 0 AND completed_at < end_us
GROUP BY step
ORDER BY seconds DESC, step
