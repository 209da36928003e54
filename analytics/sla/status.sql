-- Events of each SLA in an interval and in the one before it.
SELECT
    sla_id,
    sumIf(good, minute >= toDateTime({start:DateTime64(6, 'UTC')})) AS good_now,
    sumIf(total, minute >= toDateTime({start:DateTime64(6, 'UTC')})) AS total_now,
    sumIf(good, minute < toDateTime({start:DateTime64(6, 'UTC')})) AS good_before,
    sumIf(total, minute < toDateTime({start:DateTime64(6, 'UTC')})) AS total_before
FROM sli_slices FINAL
WHERE sla_id IN {sla_ids:Array(String)} AND generation IN {generations:Array(String)}
    AND minute >= toDateTime({before:DateTime64(6, 'UTC')}) AND minute < toDateTime({end:DateTime64(6, 'UTC')})
    AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
GROUP BY sla_id
