-- Messages owed: intended, neither sent nor given up. attempts counts starts, failures known outcomes.
SELECT
    notification_id,
    anyIf(payload, kind = 'intent') AS payload,
    toUInt32(countIf(kind = 'attempt')) AS attempts,
    toUInt32(countIf(kind = 'failed')) AS failures,
    maxIf(time, kind IN ('attempt', 'failed')) AS last_attempt
FROM alert_events
WHERE notification_id != ''
GROUP BY notification_id
HAVING countIf(kind = 'intent') > 0 AND countIf(kind IN ('sent', 'dead')) = 0
ORDER BY minIf(time, kind = 'intent')
LIMIT 1000
