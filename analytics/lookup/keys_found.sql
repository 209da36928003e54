SELECT
    toString(business_keys.key_type) AS key_type,
    business_keys.authority AS authority,
    business_keys.key AS value,
    uniqExact(business_keys.trace_id) AS traces
FROM business_keys
WHERE business_keys.key IN {values:Array(String)}
GROUP BY key_type, authority, value
