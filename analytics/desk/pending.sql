-- Commands that nothing has become of yet, oldest first.
SELECT command_id, item_id, toString(action) AS action, actor, value, time AS asked
FROM work_item_events
WHERE kind = 'command' AND command_id NOT IN (SELECT d.command_id FROM work_item_events AS d WHERE d.kind IN ('event', 'refused'))
ORDER BY asked, command_id
LIMIT 1 BY command_id
LIMIT {limit:UInt32}
