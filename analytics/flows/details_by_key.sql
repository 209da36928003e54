SELECT
    milestones.authority AS authority,
    milestones.key AS key,
    argMaxIf(milestones.correlation_id, milestones.time, milestones.correlation_id != '') AS correlation_id,
    argMaxIf(milestones.supplier_id, milestones.time, milestones.supplier_id != '') AS supplier_id
FROM current_milestones AS milestones
WHERE milestones.flow = {flow:String}
    AND milestones.key IN {keys:Array(String)}
    AND milestones.time < {end:DateTime64(6,'UTC')}
    AND ({all_facilities:UInt8} OR milestones.facility_id IN {facilities:Array(String)} OR milestones.facility_id = '')
GROUP BY authority, key
