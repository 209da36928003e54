-- Recorded breaches of whole SLAs that were open at or after a time.
SELECT breach_id, any(b.sla_id) AS sla_id, any(b.generation) AS generation, minIf(at, fact = 'opened') AS opened,
    if(countIf(fact = 'closed') = 0, NULL, minIf(at, fact = 'closed')) AS closed
FROM sla_breaches AS b FINAL
WHERE b.sla_id IN {sla_ids:Array(String)} AND b.generation IN {generations:Array(String)} AND b.subject = ''
GROUP BY breach_id
HAVING closed IS NULL OR closed >= {oldest:DateTime64(6, 'UTC')}
ORDER BY opened
