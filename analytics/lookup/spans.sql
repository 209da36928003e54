-- Spans of some traces, newest first before the cursor; total counts them all. Which rows is decided on narrow columns; the
-- wide ones are read of those alone, by the table's order.
WITH
of_traces AS
(
    SELECT spans.bucket AS bucket, spans.trace_id AS trace, spans.start AS start, spans.span_id AS id
    FROM spans
    WHERE spans.bucket IN (
            SELECT trace_buckets.bucket FROM trace_buckets
            WHERE trace_buckets.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16)))
        AND spans.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16))
        AND ({all_facilities:UInt8} OR spans.facility_id IN {facilities:Array(String)} OR spans.facility_id = '')
    GROUP BY bucket, trace, start, id
)
SELECT lower(hex(trace)) AS trace_id, lower(hex(id)) AS span_id, toUnixTimestamp(bucket) AS bucket, toUnixTimestamp64Nano(start) AS moment, concat(hex(id), hex(trace)) AS identity, total
FROM (SELECT *, count() OVER () AS total FROM of_traces)
WHERE (moment, identity) < ({before:Int64}, {before_identity:String})
ORDER BY moment DESC, identity DESC
LIMIT {limit:UInt32}
