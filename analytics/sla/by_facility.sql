SELECT sla_id, facility_id, sum(sli_slices.good) AS good, sum(sli_slices.total) AS total
FROM sli_slices FINAL
WHERE sla_id IN {sla_ids:Array(String)} AND generation IN {generations:Array(String)} AND facility_id != ''
    AND minute >= toDateTime({start:DateTime64(6, 'UTC')}) AND minute < toDateTime({end:DateTime64(6, 'UTC')})
    AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)})
GROUP BY sla_id, facility_id
HAVING total > 0
