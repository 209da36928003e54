-- Milestones of the story's correlation ids and keys. Of a key with a great many, those of the story's facilities and items.
SELECT
    milestones.flow AS flow,
    milestones.milestone AS milestone,
    milestones.outcome AS outcome,
    milestones.time AS time,
    milestones.interface_id AS interface_id,
    milestones.source AS source,
    milestones.key AS key,
    toString(milestones.facility_id) AS facility_id,
    milestones.item_id AS item_id,
    max(milestones.correlation_id) AS correlation_id
FROM current_milestones AS milestones
WHERE ((milestones.correlation_id IN {correlations:Array(String)} AND milestones.correlation_id != '')
        OR concat(toString(milestones.flow), '|', milestones.authority, '|', milestones.key) IN {keys:Array(String)}
        OR (concat(toString(milestones.flow), '|', milestones.authority, '|', milestones.key) IN {wide_keys:Array(String)}
            AND (milestones.facility_id = '' OR milestones.facility_id IN {story_facilities:Array(String)})
            AND (milestones.item_id = '' OR milestones.item_id IN {story_items:Array(String)})))
    AND ({all_facilities:UInt8} OR milestones.facility_id IN {facilities:Array(String)} OR milestones.facility_id = '')
GROUP BY flow, milestone, outcome, time, interface_id, source, key, facility_id, item_id
ORDER BY time DESC
LIMIT {limit:UInt32}
