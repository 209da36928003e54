-- What a partner accepted has gone through: it resolves earlier rejections of the same order, invoice or contract.
CREATE MATERIALIZED VIEW object_successes_from_edi TO object_successes AS
SELECT interface_id, subject.1 AS object_type, subject.2 AS object, facility_id, time, received
FROM
(
    SELECT
        original.interface_id AS interface_id,
        original.facility_id AS facility_id,
        arrayFirst(s -> s.2 != '', arrayMap(type -> (type, original.key_values[indexOf(original.key_types, type)]), ['invoice', 'purchase_order', 'contract'])) AS subject,
        toDateTime64(a.time, 6, 'UTC') AS time,
        a.received AS received
    FROM edi_acknowledgements AS a
    INNER JOIN
${edi_originals}
    AS original ON original.about = a.acknowledges
    WHERE a.verdict IN ('accepted', 'accepted_with_errors') AND a.kind IN ('997', '999', '824')
        AND NOT (a.level = 'group' AND a.named_sets > 0)
)
WHERE subject.2 != '' AND interface_id != ''
