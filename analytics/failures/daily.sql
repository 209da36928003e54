SELECT
    toDate(found.time, {zone:String}) AS day,
    toUInt64(count()) AS failures,
    toUInt64(countIf(found.is_first)) AS opened_objects
FROM
(
    SELECT
        distinct_failures.time AS time,
        row_number() OVER (PARTITION BY failure_class, interface_id, object_type, object, operation ORDER BY distinct_failures.time, failure_id) = 1 AS is_first
    FROM
    (
        SELECT
            failures.failure_id AS failure_id,
            any(failures.failure_class) AS failure_class,
            any(failures.interface_id) AS interface_id,
            any(failures.object_type) AS object_type,
            any(failures.object) AS object,
            if(object_type = '', any(failures.operation), '') AS operation,
            any(failures.time) AS time
        FROM current_failures AS failures
        WHERE failures.time >= {start:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
            AND ({all_facilities:UInt8} OR failures.facility_id IN {facilities:Array(String)} OR failures.facility_id = '')
        GROUP BY failure_id
    ) AS distinct_failures
) AS found
GROUP BY day
ORDER BY day
