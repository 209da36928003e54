-- An event more than a day from receipt is history or a wrong clock: counted, and kept out of the lag.
CREATE MATERIALIZED VIEW source_minutes_from_spans TO source_minutes AS
SELECT
    'traces' AS signal,
    service,
    interface_id,
    toStartOfMinute(toDateTime(spans.received, 'UTC')) AS minute,
    toUInt64(count()) AS records,
    toUInt64(countIf(abs(lag) > 86400)) AS far_off,
    sumIf(lag, abs(lag) <= 86400) AS lag_sum,
    if(countIf(abs(lag) <= 86400) = 0, inf, minIf(lag, abs(lag) <= 86400)) AS lag_least,
    if(countIf(abs(lag) <= 86400) = 0, -inf, maxIf(lag, abs(lag) <= 86400)) AS lag_most
FROM (SELECT service, interface_id, received, toUnixTimestamp64Milli(received) / 1000. - toUnixTimestamp64Nano(end) / 1e9 AS lag FROM spans) AS spans
GROUP BY service, interface_id, minute
