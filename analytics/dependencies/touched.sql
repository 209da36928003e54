-- Five-minute buckets to compute again: those of spans received since, of everything in their traces (a parent may come after its child),
-- of producers they link to, and of consumers that link to them. Rollups tell which minutes received anything, so spans are read there only.
WITH
minutes AS
(
    SELECT DISTINCT toStartOfFiveMinutes(minute) AS bucket
    FROM operations_per_minute
    WHERE received > {since:DateTime64(6,'UTC')}
),
fresh AS
(
    SELECT bucket, trace_id, arrayMap(link -> link.trace_id, links) AS linked
    FROM spans
    WHERE bucket IN (SELECT bucket FROM minutes) AND received > {since:DateTime64(6,'UTC')}
)
SELECT DISTINCT bucket
FROM
(
    SELECT bucket FROM fresh
    UNION ALL
    SELECT bucket FROM trace_buckets
    WHERE trace_id IN (SELECT trace_id FROM fresh) OR trace_id IN (SELECT arrayJoin(linked) FROM fresh)
    UNION ALL
    SELECT bucket
    FROM spans
    WHERE bucket >= (SELECT min(bucket) FROM fresh) AND bucket <= (SELECT max(bucket) FROM fresh) + {window:UInt32}
        AND notEmpty(links) AND arrayExists(link -> link.trace_id IN (SELECT trace_id FROM fresh), links)
)
WHERE bucket != toDateTime(0, 'UTC')
ORDER BY bucket
