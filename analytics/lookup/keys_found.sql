-- Which keys have one of some values, and their traces: at most 51, more are too many to follow.
SELECT
    toString(business_keys.key_type) AS key_type,
    business_keys.authority AS authority,
    business_keys.key AS value,
    arrayMap(trace -> lower(hex(trace)), groupUniqArray(51)(business_keys.trace_id)) AS traces
FROM business_keys
WHERE business_keys.key IN {values:Array(String)}
GROUP BY key_type, authority, value
