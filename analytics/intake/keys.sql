SELECT
    key_id,
    signal,
    toUInt64(sum(requests)) AS requests,
    toUInt64(sum(records)) AS records,
    toUInt64(sum(bytes)) AS bytes,
    toUInt64(sum(repeated)) AS repeated,
    toUInt64(sum(refused)) AS refused,
    if(sum(requests) = 0, NULL, sum(seconds) / sum(requests)) AS mean_seconds,
    max(received) AS last_used
FROM intake_minutes
WHERE minute >= toStartOfMinute({start:DateTime64(6,'UTC')}) AND minute < {end:DateTime64(6,'UTC')}
GROUP BY key_id, signal
ORDER BY signal, key_id
SETTINGS prefer_column_name_to_alias = 1
