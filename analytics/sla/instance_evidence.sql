-- What is known of the instances of some keys: steps reached, correlation ids, supplier.
SELECT
    authority,
    key,
    if({per_facility:UInt8} = 1, toString(milestones.facility_id), '') AS facility,
    if({per_line:UInt8} = 1, milestones.item_id, '') AS item,
    groupUniqArrayIf(toString(milestone), outcome = 'reached') AS reached,
    groupUniqArrayIf(20)(correlation_id, correlation_id != '') AS correlations,
    max(milestones.supplier_id) AS supplier
FROM current_milestones AS milestones
WHERE flow = {flow:String} AND key IN {keys:Array(String)}
GROUP BY authority, key, facility, item
