-- Days of the organisation's zone.
SELECT sla_id, toDate(minute, {zone:String}) AS day, sum(sli_slices.good) AS good, sum(sli_slices.total) AS total
FROM sli_slices FINAL
WHERE sla_id IN {sla_ids:Array(String)} AND generation IN {generations:Array(String)}
    AND minute >= toDateTime({start:DateTime64(6, 'UTC')}) AND minute < toDateTime({end:DateTime64(6, 'UTC')})
    AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
GROUP BY sla_id, day
HAVING total > 0
