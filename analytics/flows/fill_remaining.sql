-- Of instances completed lately, at most the newest 100,000: how long each still took from when it began to wait for a step.
INSERT INTO flow_remaining
SELECT
    {flow:String} AS flow,
    {definition:String} AS definition,
    stage.1 AS step,
    count() AS samples,
    arrayMap(x -> round(x, 6), quantilesExactInclusive(0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22, 0.23, 0.24, 0.25, 0.26, 0.27, 0.28, 0.29, 0.3, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37, 0.38, 0.39, 0.4, 0.41, 0.42, 0.43, 0.44, 0.45, 0.46, 0.47, 0.48, 0.49, 0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57, 0.58, 0.59, 0.6, 0.61, 0.62, 0.63, 0.64, 0.65, 0.66, 0.67, 0.68, 0.69, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.77, 0.78, 0.79, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.87, 0.88, 0.89, 0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 1.0)(stage.2 / 1000000)) AS seconds,
    {computed:DateTime64(6,'UTC')} AS computed
FROM
(
    -- What is left at each step: the time waited for it and for all later ones.
    SELECT arrayJoin(arrayFilter(one -> one.3 > 0, arrayMap((step, left, own) -> (step, left, own), {numbers:Array(UInt8)},
        arrayReverse(arrayCumSum(arrayReverse(stage_us))), stage_us))) AS stage
    FROM
    (
        SELECT stage_us
        FROM flow_instances FINAL
        WHERE flow = {flow:String} AND definition = {definition:String} AND completed_at >= {since_us:Int64}
        ORDER BY completed_at DESC
        LIMIT 100000
    )
)
GROUP BY step
