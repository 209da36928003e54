-- Bad instances among those judged since the last look whose breach is not recorded, each within its SLA's window.
WITH
    changed AS
    (
        SELECT *,
            hex(SHA256(concat(sla_id, '|', generation, '|', authority, '|', key, '|', facility_id, '|', item_id))) AS instance,
            lower(substring(hex(SHA256(concat(instance, '|', toString(toUnixTimestamp64Micro(due))))), 1, 32)) AS breach_id
        FROM sla_instances
        WHERE measured > {since:DateTime64(3, 'UTC')} AND generation IN {generations:Array(String)}
        ORDER BY measured DESC
        LIMIT 1 BY sla_id, generation, key, authority, facility_id, item_id
    )
SELECT breach_id, instance, c.sla_id AS sla_id, generation, authority, key, facility_id, item_id, place, due, reached
FROM changed AS c
INNER JOIN
(
    SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {oldest:Array(DateTime64(6, 'UTC'))})) AS d
) AS definitions ON c.sla_id = d.1
WHERE c.verdict = 'bad' AND c.due >= d.2 AND breach_id NOT IN (SELECT sla_breaches.breach_id FROM sla_breaches WHERE fact = 'opened')
ORDER BY due
