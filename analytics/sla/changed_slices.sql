SELECT DISTINCT sla_id
FROM sli_slices
WHERE sla_id IN {sla_ids:Array(String)} AND measured > {since:DateTime64(3, 'UTC')}
