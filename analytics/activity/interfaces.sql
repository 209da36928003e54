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
),
-- An object is open while its interface has not succeeded for it, at the facility that failed, since the last failure.
-- A failure that names no object is over once the interface succeeds for anything there.
failed AS
(
    SELECT interface_id, failure_class, object_type, object, facility_id, max(f.time) AS last_failure
    FROM failures AS f
    WHERE f.time >= {start:DateTime64(6,'UTC')} AND f.time < {end:DateTime64(6,'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
    GROUP BY interface_id, failure_class, object_type, object, facility_id
),
succeeded AS
(
    SELECT interface_id, object_type, object, facility_id, max(o.time) AS last_success
    FROM object_successes AS o
    WHERE o.time >= {start:DateTime64(6,'UTC')} AND (interface_id, object_type, object) IN (SELECT interface_id, object_type, object FROM failed)
    GROUP BY interface_id, object_type, object, facility_id
    UNION ALL
    SELECT interface_id, '' AS object_type, '' AS object, facility_id, toDateTime64(max(o.last_success), 6, 'UTC') AS last_success
    FROM operations_per_minute AS o
    WHERE minute >= {start:DateTime64(6,'UTC')} AND interface_id IN (SELECT interface_id FROM failed WHERE object = '')
    GROUP BY interface_id, facility_id
),
open_objects AS
(
    SELECT interface_id, uniqExact(failure_class, object_type, object) AS open
    FROM failed AS f
    LEFT JOIN succeeded AS s
        ON s.interface_id = f.interface_id AND s.object_type = f.object_type AND s.object = f.object AND s.facility_id = f.facility_id
    WHERE s.last_success <= f.last_failure
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
    if(t.last_success > toDateTime64(0, 3, 'UTC'), t.last_success, NULL) AS last_success,
    o.open AS open_failures
FROM (SELECT *, arrayCumSum(mapValues(counted)) AS reached FROM traffic) AS t
FULL OUTER JOIN open_objects AS o USING (interface_id)
