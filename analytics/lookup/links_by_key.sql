-- Correlation ids that milestones report with flow keys, by the table's order. At most 51: more are too many to follow.
-- What current_milestones shows, without the view, whose analysis takes longer than the look-up (a test holds the two equal).
SELECT
    toString(milestones.flow) AS flow,
    milestones.authority AS authority,
    milestones.key AS key,
    groupUniqArrayIf(51)(milestones.correlation_id, milestones.correlation_id != '') AS correlations
FROM milestones
WHERE milestones.flow IN {flows:Array(String)} AND milestones.key IN {values:Array(String)}
    AND (milestones.generation = {generation:UInt32} OR (milestones.generation = 0 AND milestones.source != 'span'))
    AND ({all_facilities:UInt8} OR milestones.facility_id IN {facilities:Array(String)} OR milestones.facility_id = '')
GROUP BY flow, authority, key
ORDER BY flow, authority, key
LIMIT 200
