SELECT
    judged.work_item AS item_id,
    judged.failure_class AS failure_class,
    judged.interface_id AS interface_id,
    judged.object_type AS object_type,
    judged.object AS object,
    judged.operation AS operation,
    arraySort(groupUniqArrayIf(judged.facility_id, judged.facility_id != '')) AS facilities,
    arraySlice(arraySort(arrayDistinct(groupArrayArray(judged.contracts))), 1, 20) AS contracts,
    arraySlice(arraySort(arrayDistinct(groupArrayArray(judged.items))), 1, 20) AS items,
    argMax(judged.newest, judged.last_seen) AS latest,
    latest.1 AS message,
    latest.2 AS code,
    latest.3 AS supplier_id,
    latest.4 AS source,
    toUInt64(sum(judged.count)) AS count,
    toUInt64(sum(judged.records)) AS records,
    toUInt64(max(judged.episodes)) AS episodes,
    min(judged.first_seen) AS first_seen,
    max(judged.last_seen) AS last_seen,
    if(countIf(judged.resolved_at = toDateTime64(0, 6, 'UTC')) > 0, NULL, max(judged.resolved_at)) AS resolved,
    if(resolved IS NULL, '', argMax(judged.resolved_by, judged.resolved_at)) AS resolved_by,
    arraySlice(arrayDistinct(arrayMap(pair -> pair.2, arrayReverseSort(groupArrayArray(judged.correlations)))), 1, 20) AS correlation_ids
FROM judged
WHERE empty({item_ids:Array(String)}) OR judged.work_item IN {item_ids:Array(String)}
GROUP BY work_item, failure_class, interface_id, object_type, object, operation
HAVING {state:String} = '' OR ({state:String} = 'open') = isNull(resolved)
ORDER BY isNull(resolved) DESC, last_seen DESC, failure_class, interface_id, object, operation
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
