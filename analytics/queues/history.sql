-- The highest depth and age of each step, so that a short peak is not averaged away. Brokers with a queue of the same name add up.
SELECT
    queue,
    time,
    toFloat64OrNull(toString(sum(b.depth))) AS depth,
    max(b.oldest_age_seconds) AS oldest_age_seconds
FROM
(
    SELECT
        queue,
        broker,
        {start:DateTime64(6,'UTC')} + toIntervalMillisecond(intDiv(dateDiff('millisecond', {start:DateTime64(6,'UTC')}, s.time), {step_ms:Int64}) * {step_ms:Int64}) AS time,
        max(s.depth) AS depth,
        max(s.oldest_age_seconds) AS oldest_age_seconds
    FROM queue_samples AS s
    WHERE s.time >= {start:DateTime64(6,'UTC')} AND s.time < {end:DateTime64(6,'UTC')} AND ({queue:String} = '' OR queue = {queue:String})
    GROUP BY queue, broker, time
) AS b
GROUP BY queue, time
ORDER BY queue, time
