-- Objects that failed, by facility, from their first failure to the answer (or now).
SELECT
    judged.work_item AS item_id,
    judged.object_type AS object_type,
    judged.object AS object,
    judged.facility_id AS facility_id,
    argMax(judged.newest.3, judged.last_seen) AS supplier_id,
    min(judged.first_seen) AS since,
    if(max(judged.resolved_at) = toDateTime64(0, 6, 'UTC'), {now:DateTime64(6,'UTC')}, max(judged.resolved_at)) AS until
FROM judged
WHERE judged.object != '' AND (empty({item_ids:Array(String)}) OR judged.work_item IN {item_ids:Array(String)})
GROUP BY item_id, object_type, object, facility_id
LIMIT {limit:UInt32}
