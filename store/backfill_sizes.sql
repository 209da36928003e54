-- Rows below the cut, per source and five minutes of the column its pieces are cut by.
SELECT source, at, count() AS rows
FROM
(
    SELECT 'spans' AS source, toStartOfFiveMinutes(bucket) AS at
    FROM spans
    WHERE sequence < {cut:UInt64}
    UNION ALL
    SELECT 'batch_rejects' AS source, toStartOfFiveMinutes(toDateTime(received, 'UTC')) AS at
    FROM batch_rejects
    WHERE sequence < {cut:UInt64}
    UNION ALL
    SELECT 'failure_reports' AS source, toStartOfFiveMinutes(toDateTime(received, 'UTC')) AS at
    FROM failure_reports
    WHERE sequence < {cut:UInt64}
)
GROUP BY source, at
ORDER BY source, at
