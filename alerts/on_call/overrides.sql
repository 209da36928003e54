-- The newest state of every override that somebody asked for and that is not over, or of all; in the order they were made.
SELECT newest AS payload
FROM
(
    SELECT incident_id, argMax(payload, (epoch, time)) AS newest
    FROM alert_events
    WHERE kind = 'override'
    GROUP BY incident_id
)
WHERE {ended:UInt8} OR parseDateTime64BestEffort(JSONExtractString(newest, 'end'), 6, 'UTC') > {now:DateTime64(6, 'UTC')}
ORDER BY JSONExtractString(newest, 'created'), incident_id
LIMIT {limit:UInt32}
