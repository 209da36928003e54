-- The newest decision of every incident that ended since a time, or that somebody resolved while its conditions were open.
SELECT argMax(payload, (epoch, time)) AS payload
FROM alert_events
WHERE kind = 'decision'
GROUP BY incident_id
HAVING JSONExtractString(payload, 'state') = 'resolved'
    AND (JSONLength(payload, 'conditions') > 0
        OR parseDateTime64BestEffort(JSONExtractString(payload, 'resolved'), 6, 'UTC') >= {since:DateTime64(6, 'UTC')})
ORDER BY incident_id
