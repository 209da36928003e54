-- Every message owed and what became of it.
SELECT
    any(incident_id) AS incident_id,
    notification_id,
    any(channel) AS channel,
    multiIf(countIf(kind = 'sent') > 0, 'sent', countIf(kind = 'dead') > 0, 'dead', 'owed') AS state,
    minIf(time, kind = 'intent') AS decided,
    if(countIf(kind = 'sent') > 0, minIf(time, kind = 'sent'), NULL) AS sent,
    toUInt32(countIf(kind IN ('failed', 'dead'))) AS failures,
    argMaxIf(payload, time, kind IN ('sent', 'failed', 'dead')) AS detail
FROM alert_events
WHERE notification_id != '' AND ({incident_id:String} = '' OR alert_events.incident_id = {incident_id:String})
GROUP BY notification_id
ORDER BY decided DESC, notification_id
LIMIT {limit:UInt32}
