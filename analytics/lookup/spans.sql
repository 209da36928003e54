-- Newest spans of the story; total counts them all.
SELECT
    lower(hex(spans.trace_id)) AS trace_id,
    lower(hex(spans.span_id)) AS span_id,
    if(spans.parent_span_id = toFixedString('', 8), '', lower(hex(spans.parent_span_id))) AS parent_span_id,
    toDateTime64(spans.start, 6, 'UTC') AS start,
    toDateTime64(spans.end, 6, 'UTC') AS end,
    toFloat64(toUnixTimestamp64Nano(spans.end) - toUnixTimestamp64Nano(spans.start)) / 1e9 AS duration_seconds,
    toString(spans.service) AS service,
    toString(spans.name) AS name,
    toString(spans.interface_id) AS interface_id,
    toString(spans.facility_id) AS facility_id,
    spans.correlation_id AS correlation_id,
    spans.item_id AS item_id,
    spans.status = 2 AS failed,
    if(spans.status_message != '' OR spans.status != 2, spans.status_message,
        arrayFirst(e -> e.name = 'exception', spans.events).attributes['exception.message']) AS message,
    mapUpdate(CAST(spans.resource_attributes, 'Map(LowCardinality(String), String)'), spans.attributes) AS attributes,
    count() OVER () AS total
FROM spans
WHERE spans.bucket IN (
        SELECT trace_buckets.bucket FROM trace_buckets
        WHERE trace_buckets.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16)))
    AND spans.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16))
    AND ({all_facilities:UInt8} OR spans.facility_id IN {facilities:Array(String)} OR spans.facility_id = '')
ORDER BY spans.start DESC, span_id
LIMIT {limit:UInt32}
