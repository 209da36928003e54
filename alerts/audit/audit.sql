-- Who did what, when, to what, through which door and with what outcome, oldest first. A record is read where it is kept, not copied.
SELECT event_id, at, actor, door, action, object, outcome, detail, reference
FROM
(
    -- What was asked of incidents and silences, what was decided, and what became of messages.
    SELECT
        lower(hex(sipHash128('alerts', a.time, a.kind, a.incident_id, a.notification_id, a.reference, a.attempt))) AS event_id,
        a.time AS at,
        toString(a.actor) AS actor,
        multiIf(a.kind = 'command', JSONExtractString(a.payload, 'source'), a.channel != '', toString(a.channel), 'scheduler') AS door,
        multiIf(
            a.kind = 'command', JSONExtractString(a.payload, 'action'), a.kind IN ('accepted', 'refused'), 'answer command',
            a.kind = 'decision', 'decide incident', a.kind = 'silence', 'keep silence', a.kind = 'override', 'keep override', 'send message') AS action,
        multiIf(
            -- What is asked for anew has no name yet.
            a.incident_id = '' AND JSONExtractString(a.payload, 'schedule') != '', concat('schedule ', JSONExtractString(a.payload, 'schedule')),
            a.incident_id = '' AND a.kind != 'command', concat('command ', a.reference),
            a.incident_id = '', 'silences',
            startsWith(a.incident_id, 'override-'), concat('override ', a.incident_id),
            startsWith(a.incident_id, 'silence-') OR JSONExtractString(a.payload, 'silence_id') != '', concat('silence ', a.incident_id),
            concat('incident ', a.incident_id)) AS object,
        multiIf(
            a.kind = 'command', 'asked', a.kind = 'decision', JSONExtractString(a.payload, 'state'), a.kind IN ('silence', 'override'), 'kept',
            toString(a.kind)) AS outcome,
        multiIf(
            a.kind = 'decision', concat(JSONExtractString(a.payload, 'title'), ' (', JSONExtract(a.payload, 'reasons', 'Array(String)')[-1], ')'),
            a.kind = 'command', JSONExtractString(a.payload, 'value'),
            a.kind IN ('silence', 'override'), '',
            notEmpty(a.recipients), concat('to ', arrayStringConcat(a.recipients, ', '), if(a.payload = '', '', ': '), a.payload),
            a.payload) AS detail,
        if(a.reference != '', a.reference, a.notification_id) AS reference
    FROM alert_events AS a
    WHERE a.kind NOT IN ('intent', 'attempt') AND a.time >= {start:DateTime64(6, 'UTC')} AND a.time < {end:DateTime64(6, 'UTC')}

    UNION ALL
    -- Weekly reports: what was asked, made and sent.
    SELECT
        lower(hex(sipHash128('reports', r.time, r.kind, r.audience, r.week, r.edition, r.delivery_id, r.command_id, r.attempt))),
        r.time,
        if(r.kind = 'command', r.actor, 'scheduler'),
        multiIf(r.kind = 'command', 'api', r.channel != '', toString(r.channel), 'scheduler'),
        multiIf(r.kind = 'command', 'make report', r.kind = 'edition', 'make report', r.kind = 'refused', 'answer command', 'send report'),
        concat('report ', r.audience, ' ', toString(r.week), if(r.edition > 0, concat(' edition ', toString(r.edition)), '')),
        multiIf(r.kind = 'command', 'asked', r.kind = 'edition', 'stored', toString(r.kind)),
        if(r.kind = 'edition', concat('for ', r.actor, '; configuration ', r.configuration), r.summary),
        if(r.command_id != '', r.command_id, r.delivery_id)
    FROM report_events AS r
    WHERE r.kind NOT IN ('intent', 'attempt') AND r.time >= {start:DateTime64(6, 'UTC')} AND r.time < {end:DateTime64(6, 'UTC')}

    UNION ALL
    -- The exceptions desk.
    SELECT
        lower(hex(sipHash128('desk', w.item_id, w.time, w.kind, w.action, w.command_id, w.value))),
        w.time,
        if(w.actor = '', 'scheduler', w.actor),
        if(w.kind = 'command', 'desk', 'scheduler'),
        concat(toString(w.action), ' work item'),
        concat('work item ', w.item_id),
        multiIf(w.kind = 'command', 'asked', w.kind = 'refused', 'refused', 'done'),
        w.value,
        w.command_id
    FROM work_item_events AS w FINAL
    WHERE w.time >= {start:DateTime64(6, 'UTC')} AND w.time < {end:DateTime64(6, 'UTC')}

    UNION ALL
    -- Rules as they came into force.
    SELECT
        lower(hex(sipHash128('rules', g.number, g.state, g.revision))), g.recorded, 'scheduler', 'configuration', 'change rules',
        concat('generation ', toString(g.number)), toString(g.state), concat('rules ', g.rules), ''
    FROM generations AS g
    WHERE g.recorded >= {start:DateTime64(6, 'UTC')} AND g.recorded < {end:DateTime64(6, 'UTC')}

    UNION ALL
    -- Requests that intake refused: keys, limits, content. Counted by the minute.
    SELECT
        lower(hex(sipHash128('intake', i.minute, i.signal, i.reason, i.received))), toDateTime64(i.received, 6, 'UTC'), 'sender', 'intake', 'send telemetry',
        toString(i.signal), 'refused', concat(toString(i.refused), ' requests within a minute: ', i.reason), ''
    FROM intake_refusals AS i
    WHERE i.received >= {start:DateTime64(6, 'UTC')} AND i.received < {end:DateTime64(6, 'UTC')}

    UNION ALL
    -- Who decided.
    SELECT
        lower(hex(sipHash128('lease', l.epoch, l.time, l.kind))), l.time, l.holder, 'scheduler', 'decide',
        concat('epoch ', toString(l.epoch)), toString(l.kind), '', ''
    FROM scheduler_leases AS l
    WHERE l.kind != 'renewed' AND l.time >= {start:DateTime64(6, 'UTC')} AND l.time < {end:DateTime64(6, 'UTC')}

    UNION ALL
    SELECT
        lower(hex(sipHash128('own', e.time, e.actor, e.action, e.object, e.outcome))), e.time, e.actor, toString(e.door), toString(e.action),
        e.object, toString(e.outcome), e.detail, ''
    FROM audit_events AS e
    WHERE e.time >= {start:DateTime64(6, 'UTC')} AND e.time < {end:DateTime64(6, 'UTC')}
)
WHERE {all_facilities:UInt8}
    AND (at, event_id) > ({after_at:DateTime64(6, 'UTC')}, {after_id:String})
    AND ({actor:String} = '' OR actor = {actor:String})
    AND ({object:String} = '' OR object = {object:String})
    AND ({told:String} = '' OR event_id NOT IN (SELECT x.event_id FROM audit_exports AS x WHERE x.target = {told:String}))
ORDER BY at, event_id
LIMIT {limit:UInt32}
