-- SLAs with evidence of their flow received since they were measured, and SLAs with an instance that fell due since.
SELECT DISTINCT d.1 AS sla_id
FROM current_milestones AS m
INNER JOIN
(
    SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {flows:Array(String)}, {since:Array(DateTime64(3, 'UTC'))})) AS d
) AS definitions ON m.flow = d.2
WHERE m.flow IN {flows:Array(String)} AND m.received > {earliest:DateTime64(3, 'UTC')} AND m.received > d.3
UNION DISTINCT
SELECT DISTINCT d.1 AS sla_id
FROM sla_instances AS i
INNER JOIN
(
    SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {generations:Array(String)}, {since:Array(DateTime64(3, 'UTC'))})) AS d
) AS definitions ON i.sla_id = d.1 AND i.generation = d.2
WHERE i.sla_id IN {sla_ids:Array(String)} AND i.verdict = 'open' AND i.due > {earliest:DateTime64(6, 'UTC')} AND i.due > d.3
    AND i.due < {now:DateTime64(6, 'UTC')}
