-- Kinds of unknown messages with failures in the interval, those that began in it first.
WITH
asked AS
(
    SELECT
        f.failure_id AS failure_id, cityHash64(any(f.message)) AS message_hash, toString(any(f.interface_id)) AS interface_id,
        toString(any(f.facility_id)) AS facility_id, any(f.time) AS time, any(f.correlation_id) AS correlation_id
    FROM current_failures AS f
    WHERE f.rule = '' AND f.time >= {start:DateTime64(6,'UTC')} AND f.time < {end:DateTime64(6,'UTC')}
        AND ({interface:String} = '' OR f.interface_id = {interface:String})
        AND ({all_facilities:UInt8} OR f.facility_id IN {facilities:Array(String)} OR f.facility_id = '')
    GROUP BY failure_id
)
SELECT
    t.template_id AS template_id,
    arrayStringConcat(any(t.tokens), ' ') AS template,
    any(t.example) AS example,
    min(t.first_seen) AS first_seen,
    toBool(first_seen >= {start:DateTime64(6,'UTC')}) AS is_new,
    toUInt64(count()) AS failures,
    arraySort(groupUniqArray(50)(a.interface_id)) AS interfaces,
    arraySort(groupUniqArrayIf(50)(a.facility_id, a.facility_id != '')) AS facilities,
    max(a.time) AS last_seen,
    argMax(a.correlation_id, (a.correlation_id != '', a.time)) AS correlation_id
FROM asked AS a
INNER JOIN (SELECT message_hash, template_id FROM template_messages FINAL) AS m ON m.message_hash = a.message_hash
INNER JOIN (SELECT template_id, tokens, example, first_seen FROM message_templates FINAL) AS t ON t.template_id = m.template_id
GROUP BY template_id
ORDER BY is_new DESC, failures DESC, template_id
LIMIT {limit:UInt32}
