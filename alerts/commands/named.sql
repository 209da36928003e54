-- The newest state of incidents by id.
SELECT argMax(payload, (epoch, time)) AS payload
FROM alert_events
WHERE kind = 'decision' AND incident_id IN {incident_ids:Array(String)}
GROUP BY incident_id
