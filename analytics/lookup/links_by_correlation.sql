-- Flow keys that milestones report with correlation ids. Only reports that no span made are asked (generation 0, a partition of its
-- own): those of spans are found through the spans' own keys.
SELECT DISTINCT toString(milestones.flow) AS flow, milestones.authority AS authority, milestones.key AS key, [milestones.correlation_id] AS correlations
FROM milestones
WHERE milestones.generation = 0 AND milestones.source != 'span' AND milestones.correlation_id IN {values:Array(String)} AND milestones.correlation_id != ''
    AND ({all_facilities:UInt8} OR milestones.facility_id IN {facilities:Array(String)} OR milestones.facility_id = '')
ORDER BY flow, authority, key
LIMIT 200
