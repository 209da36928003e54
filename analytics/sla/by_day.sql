-- Days of the organisation's zone.
SELECT sla_id, toDate(slice, {zone:String}) AS day, sum(c.good) AS good, sum(c.total) AS total
FROM
(
    SELECT sla_id, transform(toString(sla_id), {counted_otherwise:Array(String)}, {methods:Array(UInt8)}, 0) AS method,
        toDateTime(intDiv(toUInt32(minute), transform(toString(sla_id), {counted_otherwise:Array(String)}, {lengths:Array(UInt32)}, 60))
            * transform(toString(sla_id), {counted_otherwise:Array(String)}, {lengths:Array(UInt32)}, 60), 'UTC') AS slice,
        toInt64(sum(s.good)) AS events_good, toInt64(sum(s.total)) AS events,
        multiIf(method = 0, events_good, method = 1, toInt64(events_good * 1000000000 >= any(transform(toString(sla_id), {counted_otherwise:Array(String)}, {slice_targets:Array(Int64)}, 0)) * events),
            intDiv(events_good * 1000000000, events)) AS good,
        multiIf(method = 0, events, method = 1, 1, 1000000000) AS total
    FROM sli_slices AS s FINAL
    WHERE sla_id IN {sla_ids:Array(String)} AND generation IN {generations:Array(String)}
        AND toStartOfHour(minute) >= toStartOfHour(toDateTime({start:DateTime64(6, 'UTC')})) AND minute >= toDateTime({start:DateTime64(6, 'UTC')}) AND minute < toDateTime({end:DateTime64(6, 'UTC')})
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
        AND (toString(sla_id), minute) NOT IN
        (
            SELECT sla_id, toDateTime(arrayJoin(range(toUInt32(e.start), toUInt32(e.end), 60)), 'UTC')
            FROM sla_exclusions AS e FINAL
            WHERE e.active AND e.sla_id IN {sla_ids:Array(String)} AND e.end > toDateTime({start:DateTime64(6, 'UTC')}) AND e.start < toDateTime({end:DateTime64(6, 'UTC')})
        )
    GROUP BY sla_id, slice
    HAVING events > 0
) AS c
GROUP BY sla_id, day
HAVING total > 0
