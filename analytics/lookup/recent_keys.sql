SELECT 'correlation' AS key_type, '' AS authority, failures.correlation_id AS value, toUInt8(0) AS depth
FROM current_failures AS failures
WHERE failures.correlation_id != ''
    AND failures.time >= {start:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
    AND ({all_facilities:UInt8} OR failures.facility_id IN {facilities:Array(String)} OR failures.facility_id = '')
GROUP BY value
ORDER BY max(failures.time) DESC, value
LIMIT {limit:UInt32}
