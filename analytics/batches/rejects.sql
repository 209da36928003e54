SELECT job, run_id, line, facility_id, code, message, contract_id, item_id, time
FROM batch_rejects FINAL
WHERE job = {job:String} AND run_id = {run_id:String}
    AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
ORDER BY line, code, item_id, facility_id
LIMIT {limit:UInt32}
