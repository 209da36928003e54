-- What became of commands: pending, done, or refused and why.
SELECT
    command_id,
    any(item_id) AS item_id,
    multiIf(countIf(kind = 'event') > 0, 'done', countIf(kind = 'refused') > 0, 'refused', 'pending') AS outcome,
    anyIf(value, kind = 'refused') AS reason
FROM work_item_events
WHERE command_id IN {command_ids:Array(String)}
GROUP BY command_id
ORDER BY command_id
