-- Flow keys and the correlation ids reported with them, found from either side. At most 51 ids: more are too many to follow.
-- By key, the table's order leads there. By correlation id only reports that no span made are asked (generation 0, a partition of
-- its own): those of spans are found through the spans' own keys.
SELECT
    found.flow AS flow,
    found.authority AS authority,
    found.key AS key,
    groupUniqArrayIf(51)(found.correlation_id, found.correlation_id != '') AS correlations
FROM
(
    SELECT toString(milestones.flow) AS flow, milestones.authority AS authority, milestones.key AS key, milestones.correlation_id AS correlation_id
    FROM current_milestones AS milestones
    WHERE milestones.flow IN {flows:Array(String)} AND milestones.key IN {values:Array(String)}
        AND ({all_facilities:UInt8} OR milestones.facility_id IN {facilities:Array(String)} OR milestones.facility_id = '')
    UNION ALL
    SELECT toString(milestones.flow) AS flow, milestones.authority AS authority, milestones.key AS key, milestones.correlation_id AS correlation_id
    FROM current_milestones AS milestones
    WHERE milestones.generation = 0 AND milestones.correlation_id IN {values:Array(String)} AND milestones.correlation_id != ''
        AND ({all_facilities:UInt8} OR milestones.facility_id IN {facilities:Array(String)} OR milestones.facility_id = '')
) AS found
GROUP BY flow, authority, key
ORDER BY flow, authority, key
LIMIT 200
