SELECT toString(failures.failure_class) AS failure_class, uniqExact(failures.failure_id) AS failures
FROM current_failures AS failures
WHERE failures.time >= {start:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
    AND ({all_facilities:UInt8} OR failures.facility_id IN {facilities:Array(String)} OR failures.facility_id = '')
GROUP BY failure_class
