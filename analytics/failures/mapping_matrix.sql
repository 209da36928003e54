SELECT
    judged.interface_id AS interface_id,
    judged.failure_class AS failure_class,
    if(judged.object_type = '', 'operation', judged.object_type) AS object_type,
    if(judged.object_type = '', judged.operation, judged.object) AS object,
    toUInt64(sum(judged.count)) AS failures,
    toUInt64(sum(judged.records)) AS records,
    arraySort(groupUniqArrayIf(judged.facility_id, judged.facility_id != '')) AS facilities,
    arraySort(groupUniqArrayIf(judged.facility_id, judged.facility_id != '' AND judged.resolved_at = toDateTime64(0, 6, 'UTC'))) AS open_facilities,
    max(judged.resolved_at = toDateTime64(0, 6, 'UTC')) AS open
FROM judged
GROUP BY interface_id, failure_class, object_type, object
ORDER BY interface_id, failure_class, failures DESC, object_type, object
LIMIT {limit:UInt32}
