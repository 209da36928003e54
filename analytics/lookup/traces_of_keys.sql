SELECT lower(hex(business_keys.trace_id)) AS trace, max(business_keys.bucket) AS newest
FROM business_keys
WHERE business_keys.key IN {values:Array(String)}
    AND concat(toString(business_keys.key_type), '|', business_keys.authority, '|', business_keys.key) IN {names:Array(String)}
GROUP BY business_keys.trace_id
ORDER BY newest DESC, trace
LIMIT {limit:UInt32}
