-- Each mail with its attempts. Owed until it was sent or given up.
SELECT
    delivery_id,
    any(d.audience) AS audience,
    any(d.week) AS week,
    any(d.edition) AS edition,
    any(d.channel) AS channel,
    multiIf(countIf(d.kind = 'sent') > 0, 'sent', countIf(d.kind = 'dead') > 0, 'dead', 'owed') AS state,
    countIf(d.kind = 'attempt') AS attempts,
    countIf(d.kind = 'failed') AS failures,
    min(d.time) AS decided,
    maxIf(d.time, d.kind = 'attempt') AS last_attempt,
    argMaxIf(d.summary, d.time, d.kind IN ('sent', 'failed', 'dead')) AS detail,
    anyIf(d.payload, d.kind = 'intent') AS payload
FROM report_events AS d
WHERE d.delivery_id != '' AND ({audience:String} = '' OR d.audience = {audience:String}) AND ({week:String} = '' OR d.week = {week:String})
GROUP BY delivery_id
HAVING countIf(d.kind = 'intent') > 0 AND (NOT {owed_only:UInt8} OR state = 'owed')
ORDER BY decided DESC, delivery_id
LIMIT {limit:UInt32}
