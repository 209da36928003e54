stands AS
(
    SELECT
        key, authority, facility_id, item_id, effective, toString(place) AS place, supplier_id, path, reached, earliest,
        started_at, completed_at, ended_at, last_at, newest_at, failing_since, last_step, waiting_step
    FROM standing
    WHERE earliest > 0
        AND (completed_at = 0 OR completed_at >= {start_us:Int64}) AND (ended_at = 0 OR ended_at >= {start_us:Int64})
        AND ({all_facilities:UInt8} OR place IN {facilities:Array(String)} OR place = '')
),
