SELECT
    time, direction, partner, set_id, sender, receiver, interchange_control, group_control, set_control, interface_id, facility_id,
    supplier_id, keys, reading, reason, segment, status, due, acknowledged, acknowledged_by, message, late_seconds,
    test = 1 AS test, correlation_id
FROM judged
WHERE {status:String} = '' OR status = {status:String}
ORDER BY if(status = 'overdue', due, NULL) ASC NULLS LAST, time DESC, correlation_id
LIMIT {limit:UInt32}
