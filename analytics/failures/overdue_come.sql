-- What was overdue and has come since: steps received in (since, now] that a report of an overdue step waits for.
INSERT INTO object_successes (interface_id, object_type, object, facility_id, time, received)
SELECT DISTINCT
    f.interface_id AS interface_id, f.object_type AS object_type, f.object AS object, f.facility_id AS facility_id,
    greatest(m.time, f.time + toIntervalMicrosecond(1)) AS time,
    {now:DateTime64(3,'UTC')} AS received
FROM current_failures AS f
INNER JOIN
(
    SELECT c.key AS key, toString(c.facility_id) AS facility_id, c.item_id AS item_id, toString(c.milestone) AS milestone, min(c.time) AS time
    FROM current_milestones AS c
    WHERE c.flow = {flow:String} AND c.outcome = 'reached' AND c.received > {since:DateTime64(6,'UTC')}
        AND c.key IN (SELECT o.object FROM current_failures AS o WHERE o.source = 'overdue' AND o.flow = {flow:String})
    GROUP BY key, facility_id, item_id, milestone
) AS m ON m.key = multiIf({key_type:String} = 'contract', f.contract_id, {key_type:String} = 'supplier', f.supplier_id,
    {key_type:String} = 'item', f.item_id, {key_type:String} = 'purchase_order', f.purchase_order_id, f.invoice_id)
WHERE f.source = 'overdue' AND f.flow = {flow:String} AND f.object != ''
    AND indexOf({steps:Array(String)}, m.milestone) >= indexOf({steps:Array(String)}, toString(f.milestone))
    AND (m.facility_id = f.facility_id OR m.facility_id = '' OR f.facility_id = '')
    AND (m.item_id = f.item_id OR m.item_id = '' OR f.item_id = '')
