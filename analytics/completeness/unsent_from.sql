-- Receipts of the interval, and everything sent up to its end since `within` before it.
WITH
receipts_of_interval AS
(
    SELECT authority, key, any(side.facility_id) AS facility_id, min(side.at) AS at
    FROM (/*received*/) AS side
    WHERE side.at >= {start:DateTime64(6,'UTC')} AND side.at < {end:DateTime64(6,'UTC')} AND side.at <= {now:DateTime64(6,'UTC')} AND key != ''
        AND ({all_facilities:UInt8} OR side.facility_id IN {facilities:Array(String)} OR side.facility_id = '')
    GROUP BY authority, key
),
sendings_before AS
(
    SELECT DISTINCT authority, key
    FROM (/*sent*/)
    WHERE at >= {start:DateTime64(6,'UTC')} - INTERVAL 45 DAY AND at < {end:DateTime64(6,'UTC')} + INTERVAL 5 MINUTE
)
