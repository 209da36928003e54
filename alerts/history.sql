-- Everything that happened to one incident or silence, oldest first: decisions, what was asked, accepted and refused, and messages.
SELECT
    e.time AS time,
    toString(e.kind) AS kind,
    toString(e.actor) AS actor,
    e.reference AS command_id,
    toString(e.channel) AS channel,
    e.epoch AS epoch,
    multiIf(
        e.kind = 'decision', JSONExtract(e.payload, 'reasons', 'Array(String)')[-1],
        e.kind = 'command', JSONExtractString(e.payload, 'action'),
        e.kind = 'intent', JSONExtractString(e.payload, 'headline'),
        e.kind = 'silence', '',
        e.payload) AS said
FROM alert_events AS e
WHERE e.incident_id = {incident_id:String}
ORDER BY time, kind
LIMIT {limit:UInt32}
