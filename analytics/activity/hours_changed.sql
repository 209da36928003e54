-- Whole hours of which a minute was received since a moment, oldest first: those to be written again.
SELECT DISTINCT toUnixTimestamp(toStartOfHour(o.minute)) AS hour
FROM operations_per_minute AS o
WHERE o.received >= {since:DateTime64(6,'UTC')} AND o.minute < toStartOfHour({now:DateTime64(6,'UTC')})
ORDER BY hour
LIMIT 1000000
