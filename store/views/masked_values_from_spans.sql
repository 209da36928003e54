CREATE MATERIALIZED VIEW masked_values_from_spans TO masked_values AS
SELECT
    rule,
    interface_id,
    'traces' AS signal,
    toStartOfHour(toDateTime(spans.received, 'UTC')) AS hour,
    toUInt64(count()) AS values
FROM spans
ARRAY JOIN masked AS rule
GROUP BY rule, interface_id, hour
