-- Breaches of each SLA that were open at an instant.
SELECT sla_id, count() AS breaches
FROM
(
    SELECT breach_id, any(b.sla_id) AS sla_id, minIf(at, fact = 'opened') AS opened, countIf(fact = 'closed') AS closings, minIf(at, fact = 'closed') AS closed
    FROM sla_breaches AS b FINAL
    WHERE {all_facilities:UInt8} OR b.facility_id IN {facilities:Array(String)} OR b.facility_id = ''
    GROUP BY breach_id
)
WHERE opened < {at:DateTime64(6, 'UTC')} AND (closings = 0 OR closed >= {at:DateTime64(6, 'UTC')})
GROUP BY sla_id
