-- Open breaches of definitions that are no longer measured.
SELECT breach_id, sla_id, generation, subject, facility_id, at AS opened
FROM sla_breaches FINAL
WHERE fact = 'opened' AND generation NOT IN {generations:Array(String)}
    AND breach_id NOT IN (SELECT sla_breaches.breach_id FROM sla_breaches WHERE fact = 'closed')
