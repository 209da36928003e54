-- Messages promised to arrive (completeness) and documents promised to be acknowledged: one case per key or document, judged like
-- the instances of a cycle time. Both clocks are wall time; what is counted stays counted, since evidence only adds answers.
INSERT INTO sla_instances
    (sla_id, generation, authority, key, facility_id, item_id, place, started, due, reached, verdict, minute, previous_minute, measured)
WITH
    definitions AS
    (
        SELECT sla_id, generation, kind, toString(interface) AS interface, toString(receiver) AS receiver, toString(key_type) AS key_type, within_us,
            document_sets, toString(acknowledged_by) AS acknowledged_by
        FROM slo_definitions FINAL
        WHERE revision = {revision:String} AND kind IN ('completeness', 'acknowledgement') AND sla_id IN {sla_ids:Array(String)}
    ),
    passed AS
    (
        SELECT toString(interface_id) AS interface, key_type,
            multiIf(key_type = 'correlation', correlation_id, key_type = 'purchase_order', purchase_order_id, key_type = 'invoice', invoice_id,
                key_type = 'contract', contract_id, item_id) AS key,
            min(toDateTime64(start, 6, 'UTC')) AS first_start, minIf(toDateTime64(end, 6, 'UTC'), status != 2) AS first_end, countIf(status != 2) AS successes,
            any(toString(spans.facility_id)) AS facility
        FROM spans
        CROSS JOIN (SELECT DISTINCT key_type FROM definitions WHERE kind = 'completeness') AS k
        WHERE bucket >= toStartOfFiveMinutes(toDateTime({oldest:DateTime64(6, 'UTC')}))
            AND (toString(interface_id) IN (SELECT interface FROM definitions) OR toString(interface_id) IN (SELECT receiver FROM definitions))
            AND key != ''
        GROUP BY interface, key_type, key
    ),
    fresh AS
    (
        SELECT d.sla_id AS sla_id, d.generation AS generation, '' AS authority, sent.key AS key, sent.facility AS place, sent.first_end AS started,
            addMicroseconds(sent.first_end, d.within_us) AS due, if(got.successes > 0, toNullable(got.first_end), NULL) AS reached
        FROM (SELECT * FROM definitions WHERE kind = 'completeness') AS d
        INNER JOIN passed AS sent ON d.interface = sent.interface AND d.key_type = sent.key_type
        LEFT JOIN passed AS got ON d.receiver = got.interface AND d.key_type = got.key_type AND sent.key = got.key
        WHERE sent.successes > 0
        UNION ALL
        SELECT d.sla_id AS sla_id, d.generation AS generation, x.sender AS authority, x.document AS key, x.place AS place, x.sent AS started,
            addMicroseconds(x.sent, d.within_us) AS due, if(d.acknowledged_by = 'order', x.answered, x.acknowledged) AS reached
        FROM (SELECT * FROM definitions WHERE kind = 'acknowledgement') AS d
        INNER JOIN
        (
            SELECT interface, sender, document, set_id, place, sent,
                nullIf(arrayMin(arrayPushBack(arrayFilter(t -> t >= sent - INTERVAL 1 DAY, groupArrayArray(functional)), toDateTime64(4102444800, 6, 'UTC'))), toDateTime64(4102444800, 6, 'UTC')) AS acknowledged,
                nullIf(arrayMin(arrayPushBack(arrayFilter(t -> t >= sent - INTERVAL 1 DAY, groupArrayArray(ordered)), toDateTime64(4102444800, 6, 'UTC'))), toDateTime64(4102444800, 6, 'UTC')) AS answered
            FROM
            (
                SELECT toString(interface_id) AS interface, sender, concat(set_id, ' ', interchange_control, '/', group_control, '/', set_control) AS document,
                    toString(set_id) AS set_id, toString(facility_id) AS place, toDateTime64(time, 6, 'UTC') AS sent,
                    arrayJoin(arrayConcat([set_key, group_key], arrayMap((v, t) -> if(t = 'purchase_order', concat('855 ', v), ''), key_values, key_types))) AS about
                FROM edi_documents FINAL
                WHERE NOT test AND direction = 'out' AND time >= {oldest:DateTime64(6, 'UTC')} AND toString(interface_id) IN (SELECT interface FROM definitions)
            ) AS e
            LEFT JOIN
            (
                SELECT acknowledges AS about, groupArray(toDateTime64(time, 6, 'UTC')) AS functional FROM edi_acknowledgements FINAL WHERE acknowledges != '' GROUP BY about
            ) AS a ON e.about = a.about
            LEFT JOIN
            (
                SELECT concat('855 ', arrayJoin(arrayFilter((v, t) -> t = 'purchase_order', key_values, key_types))) AS about, groupArray(toDateTime64(time, 6, 'UTC')) AS ordered
                FROM edi_documents FINAL
                WHERE set_id = '855'
                GROUP BY about
            ) AS p ON e.about = p.about
            GROUP BY interface, sender, document, set_id, place, sent
        ) AS x ON d.interface = x.interface
        WHERE empty(d.document_sets) OR has(d.document_sets, x.set_id)
    )
SELECT f.sla_id AS sla_id, f.generation AS generation, f.authority AS authority, f.key AS key, '' AS facility_id, '' AS item_id, f.place AS place,
    f.started AS started, f.due AS due, f.reached AS reached,
    multiIf(f.reached IS NOT NULL AND f.reached <= f.due, 'good', {now:DateTime64(6, 'UTC')} > f.due, 'bad', 'open') AS verdict,
    multiIf(verdict = 'good', toStartOfMinute(toDateTime(f.reached, 'UTC')), verdict = 'bad', toStartOfMinute(toDateTime(f.due, 'UTC')), toDateTime(0, 'UTC')) AS minute,
    r.minute AS previous_minute, {stamp:DateTime64(3, 'UTC')} AS measured
FROM fresh AS f
LEFT JOIN
(
    SELECT toString(sla_id) AS sla_id, toString(generation) AS generation, key, authority, minute, verdict, reached, due
    FROM sla_instances FINAL
    WHERE sla_id IN {sla_ids:Array(String)}
) AS r ON f.sla_id = r.sla_id AND f.generation = r.generation AND f.key = r.key AND f.authority = r.authority
WHERE r.key = '' OR (verdict, ifNull(f.reached, toDateTime64(0, 6, 'UTC')), f.due) != (r.verdict, ifNull(r.reached, toDateTime64(0, 6, 'UTC')), r.due)
