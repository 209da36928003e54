CREATE MATERIALIZED VIEW operations_from_spans TO operations_per_minute AS
SELECT
    interface_id,
    toStartOfMinute(toDateTime(start, 'UTC')) AS minute,
    facility_id,
    name AS operation,
    toUInt64(count()) AS spans,
    toUInt64(countIf(status = 2)) AS errors,
    toUInt64(sum(toUnixTimestamp64Nano(end) - toUnixTimestamp64Nano(start))) AS duration_sum_ns,
    sumMap(map(toUInt16(floor(8 * log2(toUnixTimestamp64Nano(end) - toUnixTimestamp64Nano(start) + 1))), toUInt64(1))) AS durations,
    max(if(status = 2, toDateTime64(0, 3, 'UTC'), toDateTime64(end, 3, 'UTC'))) AS last_success,
    max(spans.received) AS received
FROM spans
WHERE bucket != toDateTime(0, 'UTC')
GROUP BY interface_id, minute, facility_id, operation
