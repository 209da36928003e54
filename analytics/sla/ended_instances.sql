-- Open breaches of instances judged since the last look that are over: the milestone was reached late, or later evidence
-- showed that the instance was never bad at that due time.
WITH
    changed AS
    (
        SELECT *,
            hex(SHA256(concat(sla_id, '|', generation, '|', authority, '|', key, '|', facility_id, '|', item_id))) AS instance,
            lower(substring(hex(SHA256(concat(instance, '|', toString(toUnixTimestamp64Micro(due))))), 1, 32)) AS breach_id
        FROM sla_instances
        WHERE measured > {since:DateTime64(3, 'UTC')}
        ORDER BY measured DESC
        LIMIT 1 BY sla_id, generation, key, authority, facility_id, item_id
    )
SELECT o.breach_id AS breach_id, o.sla_id AS sla_id, o.generation AS generation, o.subject AS subject, o.facility_id AS facility_id,
    o.at AS opened, c.reached AS reached, c.verdict = 'bad' AND c.breach_id = o.breach_id AS stands
FROM (SELECT * FROM sla_breaches FINAL WHERE fact = 'opened') AS o
INNER JOIN changed AS c ON o.attributes['instance'] = c.instance
WHERE o.breach_id NOT IN (SELECT sla_breaches.breach_id FROM sla_breaches WHERE fact = 'closed')
    AND NOT (c.verdict = 'bad' AND c.breach_id = o.breach_id AND c.reached IS NULL)
