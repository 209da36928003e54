SELECT
    signal,
    reason,
    toUInt64(sum(refused)) AS refused,
    max(minute) AS last_minute
FROM intake_refusals
WHERE minute >= toStartOfMinute({start:DateTime64(6,'UTC')}) AND minute < {end:DateTime64(6,'UTC')}
GROUP BY signal, reason
ORDER BY sum(refused) DESC, signal, reason
SETTINGS prefer_column_name_to_alias = 1
