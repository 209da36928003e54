-- Ways that completed instances went: their steps in the order reached, repeats included.
SELECT
    path,
    count() AS instances,
    sum(instances) OVER () AS of_all,
    quantilesExactInclusive(0.5, 0.9)((completed_at - started_at) / 1000000) AS quantiles,
    argMax((authority, key, toString(facility_id), item_id), (completed_at, key, facility_id, item_id)) AS newest
FROM asked
WHERE completed_at > 0 AND completed_at < end_us
GROUP BY path
ORDER BY instances DESC, path
LIMIT {limit:UInt32}
