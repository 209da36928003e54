-- Depth by the hour. The same sample received twice counts once.
INSERT INTO queue_hours
SELECT
    queue,
    broker,
    toStartOfHour(toDateTime(s.time, 'UTC')) AS hour,
    count() AS samples,
    avg(assumeNotNull(s.depth)) AS mean_depth,
    max(assumeNotNull(s.depth)) AS peak_depth,
    argMin(assumeNotNull(s.depth), s.time) AS first_depth,
    argMax(assumeNotNull(s.depth), s.time) AS last_depth,
    {stamp:DateTime64(6,'UTC')} AS computed
FROM queue_samples AS s FINAL
WHERE s.time >= {first:DateTime('UTC')} AND s.time < {last:DateTime('UTC')} + INTERVAL 1 HOUR
    AND toStartOfHour(toDateTime(s.time, 'UTC')) IN {hours:Array(DateTime('UTC'))} AND s.depth IS NOT NULL
GROUP BY queue, broker, hour
