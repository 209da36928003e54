CREATE MATERIALIZED VIEW business_keys_from_spans TO business_keys AS
WITH arrayJoin(arrayFilter(k -> k.3 != '', [
${key_tuples}
])) AS found
SELECT DISTINCT
    found.3 AS key,
    found.1 AS key_type,
    found.2 AS authority,
    bucket,
    trace_id,
    received
FROM spans
