-- Traffic of every interface over the interval, with the interval before for the error share. Counts come from rollups: whole
-- hours, and by the minute the hours at the edges and those of which something was received lately.
-- Bucket b of durations holds spans of 2^(b / 8) to 2^((b + 1) / 8) nanoseconds: a percentile is the middle of the bucket in
-- which the running count reaches its share.
WITH
by_minute AS
(
    SELECT toStartOfHour(arrayJoin([{previous_start:DateTime64(6,'UTC')}, {start:DateTime64(6,'UTC')}, {end:DateTime64(6,'UTC')}])) AS hour
    UNION DISTINCT
    SELECT toStartOfHour(recent.minute) AS hour FROM operations_per_minute AS recent WHERE recent.received >= {changed_since:DateTime64(6,'UTC')}
),
counted_spans AS
(
    SELECT toString(m.interface_id) AS interface_id, m.minute AS at, m.spans AS spans, m.errors AS errors, m.durations AS durations,
        greatest(toDateTime64(m.minute, 3, 'UTC'), m.last_success) AS last_seen, m.last_success AS last_success
    FROM operations_per_minute AS m
    WHERE m.minute >= {previous_start:DateTime64(6,'UTC')} AND m.minute < {end:DateTime64(6,'UTC')}
        AND toStartOfHour(m.minute) IN (SELECT hour FROM by_minute)
        AND ({all_facilities:UInt8} OR m.facility_id IN {facilities:Array(String)} OR m.facility_id = '')
    UNION ALL
    SELECT toString(h.interface_id) AS interface_id, h.hour AS at, h.spans AS spans, h.errors AS errors, h.durations AS durations,
        greatest(h.last_seen, h.last_success) AS last_seen, h.last_success AS last_success
    FROM operations_per_hour AS h FINAL
    WHERE h.hour >= {previous_start:DateTime64(6,'UTC')} AND h.hour < {end:DateTime64(6,'UTC')}
        AND h.hour NOT IN (SELECT hour FROM by_minute)
        AND ({all_facilities:UInt8} OR h.facility_id IN {facilities:Array(String)} OR h.facility_id = '')
),
traffic AS
(
    SELECT
        interface_id,
        sumIf(o.spans, at >= {start:DateTime64(6,'UTC')}) AS spans,
        sumIf(o.errors, at >= {start:DateTime64(6,'UTC')}) AS errors,
        sumIf(o.spans, at < {start:DateTime64(6,'UTC')}) AS previous_spans,
        sumIf(o.errors, at < {start:DateTime64(6,'UTC')}) AS previous_errors,
        maxIf(o.last_seen, at >= {start:DateTime64(6,'UTC')}) AS last_seen,
        maxIf(o.last_success, at >= {start:DateTime64(6,'UTC')}) AS last_success,
        mapSort(sumMapIf(o.durations, at >= {start:DateTime64(6,'UTC')})) AS counted
    FROM counted_spans AS o
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
