SELECT
    episodes.work_item AS item_id, episodes.interface_id AS interface_id, episodes.failure_class AS failure_class,
    episodes.object_type AS object_type, episodes.object AS object, episodes.operation AS operation,
    episodes.facility_id AS facility_id, toUInt64(episodes.number) AS number, toUInt64(episodes.failures) AS failures,
    episodes.opened AS opened, episodes.last_seen AS last_seen,
    if(episodes.resolved_at = toDateTime64(0, 6, 'UTC'), NULL, episodes.resolved_at) AS resolved,
    episodes.resolved_by AS resolved_by, toBool(episodes.reopened) AS reopened,
    episodes.seconds_to_detect AS seconds_to_detect, episodes.seconds_to_resolve AS seconds_to_resolve
FROM episodes
WHERE {item:String} = '' OR episodes.work_item = {item:String}
ORDER BY opened DESC, item_id, facility_id
LIMIT {limit:UInt32}
