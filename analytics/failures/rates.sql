-- Calls and failed calls of every interface in an interval, with the minutes in which the first and the last failed.
SELECT
    toString(interface_id) AS interface_id,
    toUInt64(sum(o.spans)) AS spans,
    toUInt64(sum(o.errors)) AS errors,
    toDateTime64(minIf(minute, o.errors > 0), 6, 'UTC') AS first_failure,
    toDateTime64(maxIf(minute, o.errors > 0), 6, 'UTC') AS last_failure
FROM operations_per_minute AS o
WHERE minute >= toStartOfMinute(toDateTime({start:DateTime64(6,'UTC')}, 'UTC')) AND minute < {end:DateTime64(6,'UTC')}
    AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
GROUP BY interface_id
HAVING errors > 0
ORDER BY errors DESC, interface_id
