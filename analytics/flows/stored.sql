-- Those with evidence after the end are judged again without it. Continues WITH asked; judged.sql follows, then a SELECT.
known AS
(
    SELECT
        key, authority, facility_id, item_id, effective, place, supplier_id, path,
        arrayMap(at -> if(at < end_us, at, 0), asked.reached) AS reached,
        arrayFilter(attempt -> attempt.3 < end_us, asked.attempts) AS attempts
    FROM asked
    WHERE newest_at >= end_us
),
