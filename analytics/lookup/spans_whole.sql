-- All of some spans; a span sent twice is one.
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
    spans.status = 2 AS failed,
    if(spans.status_message != '' OR spans.status != 2, spans.status_message,
        arrayFirst(e -> e.name = 'exception', spans.events).attributes['exception.message']) AS message,
    mapUpdate(CAST(spans.resource_attributes, 'Map(LowCardinality(String), String)'), spans.attributes) AS attributes
FROM spans
WHERE spans.bucket IN (SELECT toDateTime(arrayJoin({buckets:Array(UInt32)}), 'UTC'))
    AND spans.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16))
    AND spans.span_id IN (SELECT toFixedString(unhex(arrayJoin({spans:Array(String)})), 8))
ORDER BY spans.start, span_id
LIMIT 1 BY trace_id, span_id
