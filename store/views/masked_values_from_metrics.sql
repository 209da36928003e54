CREATE MATERIALIZED VIEW masked_values_from_metrics TO masked_values AS
SELECT
    rule,
    interface_id,
    'metrics' AS signal,
    toStartOfHour(toDateTime(metric_points.received, 'UTC')) AS hour,
    toUInt64(count()) AS values
FROM metric_points
ARRAY JOIN masked AS rule
GROUP BY rule, interface_id, hour
