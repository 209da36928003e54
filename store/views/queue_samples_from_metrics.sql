-- Gauges and sums that the configuration maps (queue_metrics) → figures of queues, one row per figure. Points of one queue, figure and
-- instant add up, for example partitions; of ages and capacities the highest counts. A value below 0 is how some say "not known".
CREATE MATERIALIZED VIEW queue_samples_from_metrics TO queue_samples AS
WITH if(figure IN ('oldest_age_seconds', 'capacity'), max(figure_value), sum(figure_value)) AS total
SELECT
    queue,
    time,
    broker,
    any(interface_id) AS interface_id,
    figure AS metric,
    if(figure = 'depth', toUInt64(round(total)), NULL) AS depth,
    if(figure = 'oldest_age_seconds', total, NULL) AS oldest_age_seconds,
    if(figure = 'in_flight', toUInt64(round(total)), NULL) AS in_flight,
    if(figure = 'consumers', toUInt32(round(total)), NULL) AS consumers,
    if(figure = 'publish_rate', total, NULL) AS publish_rate,
    if(figure = 'ack_rate', total, NULL) AS ack_rate,
    if(figure = 'dead_letters', toUInt64(round(total)), NULL) AS dead_letters,
    if(figure = 'capacity', toUInt64(round(total)), NULL) AS capacity,
    if(figure = 'published', total, NULL) AS published,
    if(figure = 'acknowledged', total, NULL) AS acknowledged,
    max(received) AS received
FROM
(
    WITH
        (name) -> if(attributes[name] != '', attributes[name], resource_attributes[name]) AS named,
        metric_points.value AS number,
        toFloat64(toUnixTimestamp64Milli(toDateTime64(metric_points.time, 3, 'UTC'))) / 1000 AS seconds,
        greatest(toFloat64(toUnixTimestamp64Nano(metric_points.time) - toUnixTimestamp64Nano(metric_points.start)) / 1e9, 0.001) AS lasted,
        arrayJoin(arrayFilter(found -> found.1 != '' AND found.4 >= 0, [
${queue_rules}
        ])) AS rule
    SELECT
        rule.1 AS queue,
        rule.2 AS broker,
        rule.3 AS figure,
        rule.4 AS figure_value,
        if(metric_points.time = toDateTime64(0, 9, 'UTC'), metric_points.received, toDateTime64(metric_points.time, 3, 'UTC')) AS time,
        interface_id,
        received
    FROM metric_points
    -- A flag of 1 is "no recorded value": the receiver could not read it.
    WHERE metric IN (${queue_metric_names}) AND kind IN ('gauge', 'sum') AND value_type != 0 AND bitAnd(flags, 1) = 0 AND isFinite(number)
)
GROUP BY queue, time, broker, figure
