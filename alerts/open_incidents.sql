-- The newest decision of every incident that it left open.
SELECT argMax(payload, (epoch, time)) AS payload
FROM alert_events
WHERE kind = 'decision'
GROUP BY incident_id
HAVING JSONExtractString(payload, 'state') = 'open'
ORDER BY incident_id
