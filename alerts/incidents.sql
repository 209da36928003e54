-- The newest state of every incident that overlaps the interval and touches a visible facility.
WITH
    JSONExtractString(newest, 'state') AS state,
    parseDateTime64BestEffort(JSONExtractString(newest, 'opened'), 6, 'UTC') AS opened,
    if(state = 'resolved', parseDateTime64BestEffort(JSONExtractString(newest, 'resolved'), 6, 'UTC'), NULL) AS resolved,
    JSONExtract(newest, 'facility_ids', 'Array(String)') AS touched
SELECT newest AS payload
FROM (SELECT incident_id, argMax(payload, (epoch, time)) AS newest FROM alert_events WHERE kind = 'decision' GROUP BY incident_id)
WHERE opened < {end:DateTime64(6, 'UTC')}
    AND (resolved IS NULL OR (NOT {open_only:UInt8} AND resolved >= {start:DateTime64(6, 'UTC')}))
    AND ({all_facilities:UInt8} OR empty(touched) OR hasAny(touched, {facilities:Array(String)}))
ORDER BY state = 'open' DESC, opened DESC, incident_id
LIMIT {limit:UInt32}
