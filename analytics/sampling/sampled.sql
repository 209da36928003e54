-- Interfaces with a span whose trace state gives it a weight other than 1. Bounded by bucket, the first column of spans' order.
SELECT interface_id, count() AS spans, countIf(sampling_weight != 1) AS sampled, sum(sampling_weight) AS estimated
FROM spans
WHERE bucket >= toStartOfFiveMinutes({start:DateTime64(6,'UTC')}) AND bucket < {end:DateTime64(6,'UTC')}
    AND start >= {start:DateTime64(6,'UTC')} AND start < {end:DateTime64(6,'UTC')}
    AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
GROUP BY interface_id
HAVING sampled > 0
ORDER BY interface_id
