-- Who and which correlation id, for the instances a page shows: newest evidence first, per level of detail.
SELECT
    milestones.key AS key,
    milestones.authority AS authority,
    toString(milestones.facility_id) AS facility_id,
    milestones.item_id AS item_id,
    argMaxIf(milestones.correlation_id, milestones.time, milestones.correlation_id != '') AS correlation_id,
    argMaxIf(milestones.supplier_id, milestones.time, milestones.supplier_id != '') AS supplier_id
FROM current_milestones AS milestones
WHERE milestones.flow = {flow:String}
    AND milestones.key IN {keys:Array(String)}
    AND (milestones.facility_id = '' OR milestones.facility_id IN {facilities:Array(String)})
    AND (milestones.item_id = '' OR milestones.item_id IN {items:Array(String)})
    AND milestones.time < {end:DateTime64(6,'UTC')}
GROUP BY key, authority, facility_id, item_id
