-- Commands that nothing has become of yet, in the order they were asked. An answer written after a later epoch had been taken is of a
-- scheduler that had lost its lease: its decision does not count, and neither does its answer.
WITH
    (SELECT groupArray((l.epoch, l.time)) FROM scheduler_leases AS l WHERE l.kind = 'taken') AS taken
SELECT reference AS command_id, payload, time AS asked
FROM alert_events
WHERE kind = 'command'
    AND reference NOT IN (
        SELECT d.reference
        FROM alert_events AS d
        WHERE d.kind IN ('accepted', 'refused') AND NOT (d.epoch > 0 AND arrayExists(t -> t.1 > d.epoch AND t.2 <= d.time, taken)))
ORDER BY asked, command_id
LIMIT 1 BY command_id
LIMIT {limit:UInt32}
