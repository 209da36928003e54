,
spans_of_failing AS
(
    SELECT
        answered.work_item AS work_item, answered.interface_id AS interface_id, answered.failure_class AS failure_class,
        answered.object_type AS object_type, answered.object AS object, answered.operation AS operation,
        answered.facility_id AS facility_id, answered.resolved_at AS resolved_at,
        any(answered.resolved_by) AS resolved_by,
        count() AS failures,
        min(answered.time) AS opened,
        max(answered.time) AS last_seen,
        min(answered.received) AS detected
    FROM answered
    GROUP BY work_item, interface_id, failure_class, object_type, object, operation, facility_id, resolved_at
),
episodes AS
(
    SELECT
        *,
        row_number() OVER (PARTITION BY work_item, facility_id ORDER BY opened) AS number,
        lagInFrame(toNullable(resolved_at)) OVER (
            PARTITION BY work_item, facility_id ORDER BY opened ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS previous_end,
        number > 1 AND previous_end IS NOT NULL AND opened <= previous_end + toIntervalSecond({reopened_within:UInt32}) AS reopened,
        greatest(0, dateDiff('microsecond', opened, toDateTime64(detected, 6, 'UTC'))) / 1000000 AS seconds_to_detect,
        if(resolved_at = toDateTime64(0, 6, 'UTC'), NULL, dateDiff('microsecond', opened, resolved_at) / 1000000) AS seconds_to_resolve
    FROM spans_of_failing
)
