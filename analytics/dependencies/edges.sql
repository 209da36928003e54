-- Calls between services over the interval; by API version too where asked. Percentiles are the middle of a bucket 9 % wide.
WITH
current AS
(
    SELECT * FROM call_edges FINAL
    WHERE bucket >= toStartOfFiveMinutes({start:DateTime64(6,'UTC')}) AND bucket < {end:DateTime64(6,'UTC')}
        AND (bucket, computed) IN
        (
            SELECT bucket, max(b.computed) FROM call_buckets AS b
            WHERE bucket >= toStartOfFiveMinutes({start:DateTime64(6,'UTC')}) AND bucket < {end:DateTime64(6,'UTC')}
            GROUP BY bucket
        )
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
),
summed AS
(
    SELECT
        mode, caller, caller_interface, callee, callee_interface,
        if({by_version:UInt8}, api_version, '') AS version,
        sum(c.calls) AS calls,
        sum(c.errors) AS errors,
        sum(c.throttled) AS throttled,
        sum(c.refused) AS refused,
        sum(c.duration_sum_ns) AS duration_ns,
        mapSort(sumMap(c.durations)) AS counted,
        sum(c.waited_sum_ns) AS waited_ns,
        max(c.newest) AS last_seen
    FROM current AS c
    WHERE NOT {by_version:UInt8} OR api_version != ''
    GROUP BY mode, caller, caller_interface, callee, callee_interface, version
)
SELECT
    toString(mode) AS mode,
    toString(caller) AS caller,
    toString(caller_interface) AS caller_interface,
    toString(callee) AS callee,
    toString(callee_interface) AS callee_interface,
    toString(version) AS api_version,
    calls,
    calls / {seconds:Float64} AS calls_per_second,
    errors,
    errors / calls AS error_share,
    throttled,
    refused,
    duration_ns / calls / 1e9 AS mean_seconds,
    exp2((mapKeys(counted)[arrayFirstIndex(c -> c >= 0.5 * calls, reached)] + 0.5) / 8) / 1e9 AS p50_seconds,
    exp2((mapKeys(counted)[arrayFirstIndex(c -> c >= 0.95 * calls, reached)] + 0.5) / 8) / 1e9 AS p95_seconds,
    if(mode = 'message', waited_ns / calls / 1e9, NULL) AS waited_seconds,
    last_seen,
    -- Judged against the configuration.
    '' AS standing
FROM (SELECT *, arrayCumSum(mapValues(counted)) AS reached FROM summed)
ORDER BY calls DESC, caller, callee, callee_interface, api_version
LIMIT {limit:UInt32}
