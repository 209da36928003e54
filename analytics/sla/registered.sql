SELECT uniqExact(slo) AS slos
FROM slo_definitions
WHERE revision = {revision:String}
