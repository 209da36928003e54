-- The newest epoch: who took it, and until when it holds by its newest row.
SELECT epoch, argMin(holder, (kind != 'taken', time)) AS holder, argMax(l.until, (kind = 'released', time)) AS until
FROM scheduler_leases AS l
GROUP BY epoch
ORDER BY epoch DESC
LIMIT 1
