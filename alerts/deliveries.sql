-- Every message owed and what became of it. person: a mail address ("": everybody).
SELECT
    any(incident_id) AS incident_id,
    notification_id,
    anyIf(channel, kind = 'intent') AS channel,
    multiIf(countIf(kind = 'sent') > 0, 'sent', countIf(kind = 'dead') > 0, 'dead', 'owed') AS state,
    minIf(time, kind = 'intent') AS decided,
    if(countIf(kind = 'sent') > 0, minIf(time, kind = 'sent'), NULL) AS sent,
    toUInt32(countIf(kind IN ('failed', 'unknown', 'dead'))) AS failures,
    argMaxIf(payload, time, kind IN ('sent', 'failed', 'unknown', 'dead')) AS detail,
    anyIf(alert_events.recipients, kind = 'intent') AS recipients,
    maxIf(alert_events.attempt, kind = 'attempt') AS attempts,
    countIf(kind = 'attempt') > countIf(kind IN ('sent', 'failed', 'dead')) AS possible_repeat,
    argMaxIf(payload, time, kind = 'alarmed') AS told_elsewhere
FROM alert_events
WHERE notification_id != '' AND ({incident_id:String} = '' OR alert_events.incident_id = {incident_id:String})
GROUP BY notification_id
HAVING {person:String} = '' OR has(recipients, {person:String})
ORDER BY decided DESC, notification_id
LIMIT {limit:UInt32}
