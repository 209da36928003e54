stands AS
(
    SELECT
        key, authority, facility_id, item_id, effective, toString(place) AS place, supplier_id, path, reached, earliest,
        started_at, completed_at, ended_at, last_at, newest_at, failing_since, last_step, waiting_step
    FROM asked
    WHERE newest_at < end_us
    UNION ALL
    SELECT
        key, authority, facility_id, item_id, effective, toString(place), supplier_id, path, reached, earliest,
        started_at, completed_at, ended_at, last_at, newest_at, failing_since, last_step, waiting_step
    FROM standing
),
