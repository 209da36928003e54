-- Minutes of receipt since `start` in which most of at least `bulk` records were old: by more than `old_seconds` on the average, or more
-- than a day each (far off).
SELECT minute
FROM source_minutes
WHERE minute >= toStartOfMinute(toDateTime({start:DateTime64(6, 'UTC')})) AND minute <= toDateTime({now:DateTime64(6, 'UTC')})
GROUP BY minute
HAVING sum(records) >= {bulk:UInt64} AND (2 * sum(far_off) > sum(records) OR sum(lag_sum) > {old_seconds:Float64} * (sum(records) - sum(far_off)))
ORDER BY minute
