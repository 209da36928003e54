-- Everything the views made, against a count of the spans themselves: 0 everywhere when both agree. Written without the views' expressions.
SELECT
    (SELECT count() FROM spans) AS spans,
    (SELECT count() - uniqExact(trace_id, span_id) FROM spans) AS duplicated,
    (
        SELECT count()
        FROM
        (
            SELECT interface_id, minute, facility_id, operation, sum(n) AS n, sum(e) AS e, sum(d) AS d
            FROM
            (
                SELECT interface_id, minute, facility_id, operation, toInt64(spans) AS n, toInt64(errors) AS e, toInt64(duration_sum_ns) AS d
                FROM operations_per_minute
                UNION ALL
                SELECT
                    interface_id, toDateTime(intDiv(toUnixTimestamp(toDateTime(start)), 60) * 60, 'UTC'), facility_id, name,
                    toInt64(-1), -toInt64(status = 2), -toInt64(dateDiff('nanosecond', start, end))
                FROM spans
            )
            GROUP BY interface_id, minute, facility_id, operation
            HAVING n != 0 OR e != 0 OR d != 0
        )
    ) AS rollups,
    (SELECT uniqExact(trace_id, correlation_id) FROM spans WHERE correlation_id != '')
        - (SELECT count() FROM business_keys FINAL WHERE key_type = 'correlation') AS keys,
    (SELECT uniqExact(trace_id, purchase_order_id) FROM spans WHERE purchase_order_id != '')
        - (SELECT count() FROM business_keys FINAL WHERE key_type = 'purchase_order') AS order_keys,
    (SELECT uniqExact(trace_id, bucket) FROM spans) - (SELECT uniqExact(trace_id, bucket) FROM trace_buckets) AS buckets,
    -- Every span of the benchmark posts an order, or fails to.
    (SELECT count() FROM spans)
        - (SELECT uniqExact(source_id, outcome) FROM current_milestones WHERE source = 'span') AS milestones,
    (SELECT countIf(status = 2) FROM spans) - (SELECT count() FROM current_failures WHERE source = 'span') AS failures,
    (SELECT count() - uniqExact(failure_id) FROM current_failures) AS failures_twice
