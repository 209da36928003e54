CREATE MATERIALIZED VIEW masked_values_from_logs TO masked_values AS
SELECT
    rule,
    interface_id,
    'logs' AS signal,
    toStartOfHour(toDateTime(logs.received, 'UTC')) AS hour,
    toUInt64(count()) AS values
FROM logs
ARRAY JOIN masked AS rule
GROUP BY rule, interface_id, hour
