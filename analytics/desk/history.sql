-- The audit trail of one item: what was asked, refused, and is so; oldest first. A command that became an event is that event.
SELECT
    e.time AS time,
    multiIf(e.kind = 'event', 'done', e.kind = 'refused', 'refused', 'pending') AS outcome,
    toString(e.action) AS action, e.actor AS actor, e.value AS value, e.command_id AS command_id
FROM work_item_events AS e FINAL
WHERE e.item_id = {item_id:String}
    AND NOT (e.kind = 'command' AND e.command_id IN (
        SELECT d.command_id FROM work_item_events AS d WHERE d.item_id = {item_id:String} AND d.kind IN ('event', 'refused')))
ORDER BY time, command_id, action
LIMIT {limit:UInt32}
