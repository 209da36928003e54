-- Judged instances of one supplier, as its flow instances name it.
SELECT
    toString(i.sla_id) AS sla_id,
    i.key AS key,
    toString(i.place) AS facility_id,
    i.item_id AS item_id,
    i.started AS started,
    i.due AS due,
    i.reached AS reached,
    toString(i.verdict) AS verdict
FROM (SELECT * FROM sla_instances FINAL WHERE verdict IN ('good', 'bad') AND sla_id IN {sla_ids:Array(String)} AND generation IN {generations:Array(String)}) AS i
WHERE i.minute >= toDateTime({start:DateTime64(6, 'UTC')}) AND i.minute < toDateTime({end:DateTime64(6, 'UTC')})
    AND ({all_facilities:UInt8} OR i.place IN {facilities:Array(String)} OR i.place = '')
    AND (transform(toString(i.sla_id), {sla_ids:Array(String)}, {flows:Array(String)}, ''), i.key, i.authority) IN
    (
        SELECT toString(flow), key, authority FROM flow_instances FINAL
        WHERE supplier_id = {supplier:String} AND flow IN {flows:Array(String)}
    )
    AND (toString(i.sla_id), i.minute) NOT IN
    (
        SELECT sla_id, toDateTime(arrayJoin(range(toUInt32(e.start), toUInt32(e.end), 60)), 'UTC')
        FROM sla_exclusions AS e FINAL
        WHERE e.active AND e.sla_id IN {sla_ids:Array(String)} AND e.end > toDateTime({start:DateTime64(6, 'UTC')}) AND e.start < toDateTime({end:DateTime64(6, 'UTC')})
    )
ORDER BY sla_id, due, key, facility_id, item_id
