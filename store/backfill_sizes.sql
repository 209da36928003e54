SELECT 'spans' AS source, toStartOfFiveMinutes(bucket) AS at, count() AS rows
FROM spans
WHERE sequence < {cut:UInt64}
GROUP BY source, at
UNION ALL
SELECT 'batch_rejects' AS source, toStartOfFiveMinutes(toDateTime(received, 'UTC')) AS at, count() AS rows
FROM batch_rejects
WHERE sequence < {cut:UInt64}
GROUP BY source, at
UNION ALL
SELECT 'failure_reports' AS source, toStartOfFiveMinutes(toDateTime(received, 'UTC')) AS at, count() AS rows
FROM failure_reports
WHERE sequence < {cut:UInt64}
GROUP BY source, at
ORDER BY source, at
