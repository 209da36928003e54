-- Hours to compute again: samples of them were received since. Samples older than nine weeks change no baseline.
SELECT DISTINCT toStartOfHour(toDateTime(s.time, 'UTC')) AS hour
FROM queue_samples AS s
WHERE s.time > {now:DateTime64(6,'UTC')} - INTERVAL 63 DAY AND s.received > {since:DateTime64(6,'UTC')} AND s.depth IS NOT NULL
ORDER BY hour
