WITH
    toDateTime({end:DateTime64(6,'UTC')}) AS until,
    minutes AS
    (
        SELECT
            signal,
            service,
            interface_id,
            minute,
            sum(records) AS records,
            sum(far_off) AS far_off,
            sum(lag_sum) AS lag_sum,
            min(lag_least) AS lag_least,
            max(lag_most) AS lag_most,
            minute - lagInFrame(minute, 1, minute) OVER (PARTITION BY signal, service, interface_id ORDER BY minute ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS gap
        FROM source_minutes
        WHERE minute >= toDateTime({known_since:DateTime64(6,'UTC')}) AND minute < until
        GROUP BY signal, service, interface_id, minute
    )
SELECT
    signal,
    service,
    interface_id,
    toUInt64(sumIf(records, minute >= toDateTime({start:DateTime64(6,'UTC')}))) AS records,
    toUInt64(sumIf(far_off, minute >= toDateTime({start:DateTime64(6,'UTC')}))) AS far_off,
    if(sumIf(records - far_off, minute >= toDateTime({start:DateTime64(6,'UTC')})) = 0, NULL,
        sumIf(lag_sum, minute >= toDateTime({start:DateTime64(6,'UTC')})) / sumIf(records - far_off, minute >= toDateTime({start:DateTime64(6,'UTC')}))) AS mean_lag_seconds,
    if(sumIf(records - far_off, minute >= toDateTime({start:DateTime64(6,'UTC')})) = 0, NULL,
        minIf(lag_least, minute >= toDateTime({start:DateTime64(6,'UTC')}) AND records > far_off)) AS least_lag_seconds,
    max(minute) AS last_minute,
    toFloat64(max(gap)) AS longest_gap_seconds,
    toUInt64(count()) AS active_minutes
FROM minutes
GROUP BY signal, service, interface_id
ORDER BY signal, service, interface_id
LIMIT {limit:UInt32}
SETTINGS prefer_column_name_to_alias = 1
