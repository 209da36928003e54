-- Numbers of some SLAs, or (with none named) the highest number given.
SELECT slo, sla_id, generation, counting, added
FROM slo_numbers
WHERE sla_id IN {sla_ids:Array(String)}
    OR (empty({sla_ids:Array(String)}) AND slo = (SELECT max(slo_numbers.slo) FROM slo_numbers))
