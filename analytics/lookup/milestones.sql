-- Milestones of the story's keys, by the table's order, and of its correlation ids where no span made them. Of a key that the story
-- does not follow, those of its correlation ids, facilities and items. The newest before the cursor; total counts them all. What current_milestones
-- shows, without the view, whose analysis takes longer than the look-up.
SELECT *
FROM
(
    SELECT *, toUnixTimestamp64Micro(time) AS moment, concat('milestone ', hex(sipHash64(flow, milestone, outcome, interface_id, source, key, facility_id, item_id))) AS identity,
        count() OVER () AS total
    FROM
    (
        SELECT
            found.flow AS flow,
            found.milestone AS milestone,
            found.outcome AS outcome,
            found.time AS time,
            found.interface_id AS interface_id,
            found.source AS source,
            found.key AS key,
            found.facility_id AS facility_id,
            found.item_id AS item_id,
            max(found.correlation_id) AS correlation_id
        FROM
        (
            SELECT toString(flow) AS flow, toString(milestone) AS milestone, toString(outcome) AS outcome, time, toString(interface_id) AS interface_id,
                toString(source) AS source, key, toString(facility_id) AS facility_id, item_id, correlation_id
            FROM milestones
            WHERE (milestones.generation = {generation:UInt32} OR (milestones.generation = 0 AND milestones.source != 'span'))
                AND milestones.flow IN {flows:Array(String)} AND milestones.key IN {values:Array(String)}
                AND (concat(toString(milestones.flow), '|', milestones.authority, '|', milestones.key) IN {keys:Array(String)}
                    OR (concat(toString(milestones.flow), '|', milestones.authority, '|', milestones.key) IN {wide_keys:Array(String)}
                        AND ((milestones.correlation_id != '' AND milestones.correlation_id IN {correlations:Array(String)})
                            OR ((milestones.facility_id = '' OR milestones.facility_id IN {story_facilities:Array(String)})
                                AND (milestones.item_id = '' OR milestones.item_id IN {story_items:Array(String)})))))
                AND ({all_facilities:UInt8} OR milestones.facility_id IN {facilities:Array(String)} OR milestones.facility_id = '')
            UNION ALL
            SELECT toString(flow) AS flow, toString(milestone) AS milestone, toString(outcome) AS outcome, time, toString(interface_id) AS interface_id,
                toString(source) AS source, key, toString(facility_id) AS facility_id, item_id, correlation_id
            FROM milestones
            WHERE milestones.generation = 0 AND milestones.source != 'span' AND milestones.correlation_id IN {correlations:Array(String)} AND milestones.correlation_id != ''
                AND ({all_facilities:UInt8} OR milestones.facility_id IN {facilities:Array(String)} OR milestones.facility_id = '')
        ) AS found
        GROUP BY flow, milestone, outcome, time, interface_id, source, key, facility_id, item_id
    )
)
WHERE (moment, identity) < ({before:Int64}, {before_identity:String})
ORDER BY moment DESC, identity DESC
LIMIT {limit:UInt32}
