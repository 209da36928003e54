-- Keys that have no column, on the spans of some traces, as the configured attributes carry them.
SELECT DISTINCT found.1 AS key_type, found.2 AS authority, found.3 AS value
FROM
(
    WITH mapUpdate(CAST(spans.resource_attributes, 'Map(LowCardinality(String), String)'), spans.attributes) AS all_attributes
    SELECT arrayJoin(arrayFilter(k -> k.3 != '', arrayMap(
        (type, issuer, names) -> (type, all_attributes[issuer], arrayFirst(v -> v != '', arrayMap(
            name -> if(startsWith(all_attributes[name], '["') AND JSONLength(all_attributes[name]) = 1, JSONExtractString(all_attributes[name], 1), all_attributes[name]),
            names))),
        {types:Array(String)}, {issuers:Array(String)}, {attributes:Array(Array(String))}))) AS found
    FROM spans
    WHERE spans.bucket IN (
            SELECT trace_buckets.bucket FROM trace_buckets
            WHERE trace_buckets.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16)))
        AND spans.trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16))
        AND ({all_facilities:UInt8} OR spans.facility_id IN {facilities:Array(String)} OR spans.facility_id = '')
)
LIMIT 1000
