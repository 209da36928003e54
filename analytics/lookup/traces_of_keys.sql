-- The newest traces of keys with many, by the newest bucket in which a span of theirs carries the key; total counts them all.
SELECT lower(hex(found.trace)) AS trace, found.newest AS newest, found.total AS total
FROM
(
    SELECT *, count() OVER () AS total
    FROM
    (
        SELECT business_keys.trace_id AS trace, max(business_keys.bucket) AS newest
        FROM business_keys
        WHERE business_keys.key IN {values:Array(String)}
            AND concat(toString(business_keys.key_type), '|', business_keys.authority, '|', business_keys.key) IN {names:Array(String)}
        GROUP BY trace
    )
) AS found
WHERE (found.newest, found.trace) < (toDateTime({before:UInt32}, 'UTC'), toFixedString(unhex({before_trace:String}), 16))
ORDER BY found.newest DESC, found.trace DESC
LIMIT {limit:UInt32}
