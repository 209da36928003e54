SELECT DISTINCT
    milestones.flow AS flow,
    milestones.key AS key,
    milestones.milestone AS milestone,
    milestones.time AS time,
    milestones.received AS received,
    milestones.source AS source,
    milestones.source_id AS source_id
FROM current_milestones AS milestones
WHERE (milestones.time < toDateTime64(0, 6, 'UTC') OR milestones.time > milestones.received + INTERVAL 1 DAY)
    AND ({all_facilities:UInt8} OR milestones.facility_id IN {facilities:Array(String)} OR milestones.facility_id = '')
ORDER BY received DESC, flow, key, milestone, time
LIMIT {limit:UInt32}
