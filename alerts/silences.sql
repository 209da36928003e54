-- The newest state of every silence that is not over, or of all.
SELECT newest AS payload
FROM
(
    SELECT incident_id, argMax(payload, (epoch, time)) AS newest
    FROM alert_events
    WHERE kind = 'silence'
    GROUP BY incident_id
)
WHERE {ended:UInt8} OR parseDateTime64BestEffort(JSONExtractString(newest, 'ends'), 6, 'UTC') > {now:DateTime64(6, 'UTC')}
ORDER BY JSONExtractString(newest, 'created') DESC, incident_id
LIMIT {limit:UInt32}
