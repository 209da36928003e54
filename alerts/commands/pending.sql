-- Commands that nothing has become of yet, in the order they were asked.
SELECT reference AS command_id, payload, time AS asked
FROM alert_events
WHERE kind = 'command'
    AND reference NOT IN (SELECT d.reference FROM alert_events AS d WHERE d.kind IN ('accepted', 'refused'))
ORDER BY asked, command_id
LIMIT 1 BY command_id
LIMIT {limit:UInt32}
