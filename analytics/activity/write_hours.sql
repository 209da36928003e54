-- Some hours of traffic, put together from their minutes.
INSERT INTO operations_per_hour (hour, interface_id, facility_id, operation, spans, errors, duration_sum_ns, durations, last_seen, last_success, received, written)
SELECT
    toStartOfHour(o.minute) AS of_hour,
    o.interface_id,
    o.facility_id,
    o.operation,
    sum(o.spans),
    sum(o.errors),
    sum(o.duration_sum_ns),
    sumMap(o.durations),
    toDateTime64(max(o.minute), 3, 'UTC'),
    max(o.last_success),
    max(o.received),
    {now:DateTime64(6,'UTC')}
FROM operations_per_minute AS o
WHERE o.minute >= toDateTime({first:UInt32}, 'UTC') AND o.minute < toDateTime({last:UInt32}, 'UTC') + INTERVAL 1 HOUR
    AND toStartOfHour(o.minute) IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))
GROUP BY of_hour, o.interface_id, o.facility_id, o.operation
