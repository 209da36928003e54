-- Messages owed: intended, neither sent nor given up. since: no message owed is older. Each channel has its share of the answer.
SELECT
    notification_id,
    anyIf(payload, kind = 'intent') AS message,
    anyIf(channel, kind = 'intent') AS lane,
    maxIf(attempt, kind = 'attempt') AS attempts,
    toUInt32(countIf(kind IN ('failed', 'unknown'))) AS failures,
    maxIf(attempt, kind = 'attempt') > maxIf(attempt, kind IN ('failed', 'unknown')) AS cut_off,
    countIf(kind = 'attempt') > countIf(kind = 'failed') AS doubtful,
    if(countIf(kind = 'attempt') > 0, minIf(time, kind = 'attempt'), NULL) AS first,
    if(countIf(kind = 'attempt') > 0, maxIf(time, kind IN ('attempt', 'failed', 'unknown')), NULL) AS last,
    nullIf(maxIf(not_before, kind IN ('failed', 'unknown')), toDateTime64(0, 6, 'UTC')) AS wait_until,
    countIf(kind = 'alarmed') > 0 AS alarmed,
    minIf(time, kind = 'intent') AS decided_at
FROM alert_events
WHERE notification_id != '' AND time >= {since:DateTime64(6, 'UTC')}
GROUP BY notification_id
HAVING countIf(kind = 'intent') > 0 AND countIf(kind IN ('sent', 'dead')) = 0 AND ({channel:String} = '' OR lane = {channel:String})
ORDER BY decided_at, notification_id
LIMIT 1000 BY lane
