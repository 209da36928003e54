-- What became of commands: pending, accepted, or refused and why. Answers of a scheduler that had lost its lease do not count (pending.sql).
WITH
    (SELECT groupArray((l.epoch, l.time)) FROM scheduler_leases AS l WHERE l.kind = 'taken') AS taken
SELECT
    reference AS command_id,
    argMinIf(incident_id, time, kind = 'command') AS incident_id,
    JSONExtractString(argMinIf(payload, time, kind = 'command') AS asked_for, 'action') AS action,
    argMinIf(e.actor, time, kind = 'command') AS actor,
    multiIf(countIf(kind = 'accepted') > 0, 'accepted', countIf(kind = 'refused') > 0, 'refused', 'pending') AS outcome,
    anyIf(payload, kind = 'refused') AS reason,
    anyIf(payload, kind = 'accepted') AS said,
    minIf(time, kind = 'command') AS asked,
    if(outcome = 'pending', NULL, minIf(time, kind IN ('accepted', 'refused'))) AS decided
FROM alert_events AS e
WHERE kind IN ('command', 'accepted', 'refused') AND reference IN {command_ids:Array(String)}
    AND NOT (kind != 'command' AND e.epoch > 0 AND arrayExists(t -> t.1 > e.epoch AND t.2 <= e.time, taken))
GROUP BY command_id
ORDER BY asked, command_id
