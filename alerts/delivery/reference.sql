-- By what the medium knows the first message of an incident.
SELECT argMin(alert_events.reference, time) AS known
FROM alert_events
WHERE incident_id = {incident_id:String} AND channel = {channel:String} AND kind = 'sent' AND alert_events.reference != ''
