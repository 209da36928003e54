-- Steps of one flow that did not come in time: awaited from another party since the step before, or begun and never ended.
-- Looked at: what fell due in (since, now], and what was received in it and had fallen due. A step is there when it or a later
-- one was reached for the key; evidence of a whole contract counts for each of its facilities and items.
INSERT INTO failure_reports (source_id, source, interface_id, facility_id, code, message, flow, milestone, correlation_id,
    contract_id, supplier_id, item_id, purchase_order_id, invoice_id, time, received)
WITH
steps AS
(
    SELECT
        arrayJoin(arrayZip({steps:Array(String)}, {names:Array(String)}, {before:Array(String)}, {allowed:Array(UInt32)},
            {interfaces:Array(String)}, {awaited:Array(UInt8)}, {parties:Array(String)}, arrayEnumerate({steps:Array(String)}))) AS step
),
waits AS
(
    SELECT
        s.step.1 AS milestone, s.step.2 AS name, s.step.4 AS allowed, s.step.5 AS interface_id, s.step.7 AS party, s.step.8 AS number,
        m.outcome = 'started' AS begun,
        m.authority AS authority, m.key AS key, toString(m.facility_id) AS facility_id, m.item_id AS item_id,
        max(m.time) AS since_when,
        argMax(m.correlation_id, m.time) AS correlation_id,
        argMax(m.supplier_id, m.time) AS supplier_id,
        since_when + toIntervalSecond(allowed) AS due
    FROM current_milestones AS m
    INNER JOIN steps AS s ON m.milestone = if(m.outcome = 'started', s.step.1, s.step.3)
    WHERE m.flow = {flow:String} AND s.step.4 > 0
        AND (m.outcome = 'started' OR (m.outcome = 'reached' AND s.step.6))
        AND m.time <= {now:DateTime64(6,'UTC')} - toIntervalSecond(s.step.4)
        AND (m.time > {since:DateTime64(6,'UTC')} - toIntervalSecond(s.step.4) OR m.received > {since:DateTime64(6,'UTC')})
        AND m.time > {earliest:DateTime64(6,'UTC')}
    GROUP BY milestone, name, allowed, interface_id, party, number, begun, authority, key, facility_id, item_id
),
reached AS
(
    SELECT m.authority AS authority, m.key AS key, toString(m.facility_id) AS facility_id, m.item_id AS item_id,
        max(indexOf({steps:Array(String)}, toString(m.milestone))) AS furthest
    FROM current_milestones AS m
    WHERE m.flow = {flow:String} AND m.outcome IN ('reached', 'failed') AND m.key IN (SELECT key FROM waits)
    GROUP BY authority, key, facility_id, item_id
)
SELECT
    concat('overdue|', {flow:String}, '|', w.milestone, '|', if(w.begun, 'begun', 'awaited'), '|', w.authority, '|', w.key, '|', w.facility_id, '|', w.item_id, '|', toString(w.due)) AS source_id,
    'overdue' AS source,
    w.interface_id AS interface_id,
    w.facility_id AS facility_id,
    if(w.begun, 'TIMEOUT', concat('OVERDUE:', w.milestone)) AS code,
    if(w.begun,
        concat(w.name, ' of ', {key_type:String}, ' ', w.key, ' was begun and has not ended within ', toString(w.allowed), ' s'),
        concat(w.name, ' of ', {key_type:String}, ' ', w.key, ' has not come from the ', w.party, ' within ', toString(w.allowed), ' s')) AS message,
    {flow:String} AS flow,
    w.milestone AS milestone,
    w.correlation_id AS correlation_id,
    if({key_type:String} = 'contract', w.key, '') AS contract_id,
    if({key_type:String} = 'supplier', w.key, w.supplier_id) AS supplier_id,
    if({key_type:String} = 'item', w.key, w.item_id) AS item_id,
    if({key_type:String} = 'purchase_order', w.key, '') AS purchase_order_id,
    if({key_type:String} = 'invoice', w.key, '') AS invoice_id,
    w.due AS time,
    {now:DateTime64(3,'UTC')} AS received
FROM waits AS w
LEFT JOIN reached AS r ON r.authority = w.authority AND r.key = w.key
GROUP BY w.milestone, w.name, w.allowed, w.interface_id, w.party, w.number, w.begun, w.authority, w.key, w.facility_id, w.item_id,
    w.since_when, w.correlation_id, w.supplier_id, w.due
HAVING countIf(r.furthest >= w.number AND (r.facility_id = w.facility_id OR r.facility_id = '' OR w.facility_id = '')
        AND (r.item_id = w.item_id OR r.item_id = '' OR w.item_id = '')) = 0
    AND source_id NOT IN (SELECT k.source_id FROM failure_reports AS k WHERE k.source = 'overdue' AND k.flow = {flow:String})
