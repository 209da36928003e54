-- Traffic of every interface over the interval, with the interval before for the error share. Counts come from rollups.
-- Bucket b of durations holds spans of 2^(b / 8) to 2^((b + 1) / 8) nanoseconds: a percentile is the middle of the bucket in
-- which the running count reaches its share.
WITH
traffic AS
(
    SELECT
        interface_id,
        sumIf(o.spans, minute >= {start:DateTime64(6,'UTC')}) AS spans,
        sumIf(o.errors, minute >= {start:DateTime64(6,'UTC')}) AS errors,
        sumIf(o.spans, minute < {start:DateTime64(6,'UTC')}) AS previous_spans,
        sumIf(o.errors, minute < {start:DateTime64(6,'UTC')}) AS previous_errors,
        maxIf(greatest(toDateTime64(minute, 3, 'UTC'), o.last_success), minute >= {start:DateTime64(6,'UTC')}) AS last_seen,
        maxIf(o.last_success, minute >= {start:DateTime64(6,'UTC')}) AS last_success,
        mapSort(sumMapIf(o.durations, minute >= {start:DateTime64(6,'UTC')})) AS counted
    FROM operations_per_minute AS o
    WHERE minute >= {previous_start:DateTime64(6,'UTC')} AND minute < {end:DateTime64(6,'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
    GROUP BY interface_id
)
SELECT
    interface_id,
    t.spans AS spans,
    t.errors AS errors,
    if(spans > 0, errors / spans, NULL) AS error_share,
    if(previous_spans > 0, previous_errors / previous_spans, NULL) AS previous_error_share,
    if(spans > 0, exp2((mapKeys(counted)[arrayFirstIndex(c -> c >= 0.5 * spans, reached)] + 0.5) / 8) / 1e9, NULL) AS p50_seconds,
    if(spans > 0, exp2((mapKeys(counted)[arrayFirstIndex(c -> c >= 0.95 * spans, reached)] + 0.5) / 8) / 1e9, NULL) AS p95_seconds,
    if(spans > 0, t.last_seen, NULL) AS last_seen,
    if(t.last_success > toDateTime64(0, 3, 'UTC'), t.last_success, NULL) AS last_success
FROM (SELECT *, arrayCumSum(mapValues(counted)) AS reached FROM traffic) AS t
