-- Commands without an answer: an edition, a mail or a refusal that names them.
SELECT command_id, audience, week, edition, actor, payload
FROM report_events
WHERE kind = 'command'
    AND command_id NOT IN (SELECT command_id FROM report_events WHERE kind IN ('edition', 'intent', 'refused') AND command_id != '')
ORDER BY time, command_id
