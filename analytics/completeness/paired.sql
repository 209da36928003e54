-- Each key sent in the interval, once, at its first sending, with its first receipt. Clocks differ: a receipt up to five minutes before the
-- sending is its own. The same key of another authority is another key.
WITH
sent AS
(
    SELECT authority, key, any(side.facility_id) AS facility_id, min(side.at) AS sent_at
    FROM (/*sent*/) AS side
    WHERE side.at >= {start:DateTime64(6,'UTC')} - toIntervalSecond({within:UInt32}) AND side.at < {end:DateTime64(6,'UTC')} AND key != ''
        AND ({all_facilities:UInt8} OR side.facility_id IN {facilities:Array(String)} OR side.facility_id = '')
    GROUP BY authority, key
    HAVING sent_at >= {start:DateTime64(6,'UTC')}
),
received AS
(
    SELECT authority, key, groupArray(at) AS times
    FROM (/*received*/)
    WHERE at >= {start:DateTime64(6,'UTC')} - INTERVAL 5 MINUTE AND at <= {now:DateTime64(6,'UTC')}
        AND (authority, key) IN (SELECT authority, key FROM sent)
    GROUP BY authority, key
),
paired AS
(
    SELECT
        s.authority AS authority, s.key AS key, s.facility_id AS facility_id, s.sent_at AS sent_at,
        s.sent_at + toIntervalSecond({within:UInt32}) AS due,
        if(empty(r.times), NULL, arrayMin(arrayFilter(t -> t >= s.sent_at - INTERVAL 5 MINUTE, r.times))) AS first_receipt,
        if(first_receipt > toDateTime64(0, 6, 'UTC'), first_receipt, NULL) AS received_at
    FROM sent AS s
    LEFT JOIN received AS r ON r.authority = s.authority AND r.key = s.key
)
