-- Acknowledgements as evidence of milestones, about the keys they name themselves or else those of the document they answer.
CREATE MATERIALIZED VIEW milestones_from_edi TO milestones AS
SELECT
    rule.2 AS flow,
    key_authorities[place] AS authority,
    if(own != '', own, key_values[place]) AS key,
    facility_id,
    rule.3 AS milestone,
    rule.4 AS outcome,
    time,
    'edi' AS source,
    answer AS source_id,
    interface_id,
    correlation_id,
    supplier_id,
    map('edi.set', kind, 'edi.code', verdict) AS attributes,
    'standard' AS retention,
    received
FROM
(
    SELECT
        arrayJoin(${edi_rules}) AS rule,
        toString(a.kind) AS kind,
        toString(a.verdict) AS verdict,
        splitByChar(':', toString(a.code)) AS codes,
        multiIf(rule.6 = 'purchase_order', a.purchase_order_id, rule.6 = 'invoice', a.invoice_id, rule.6 = 'contract', a.contract_id, '') AS own,
        indexOf(original.key_types, rule.6) AS place,
        original.key_values AS key_values,
        original.key_authorities AS key_authorities,
        original.facility_id AS facility_id,
        if(rule.7 = 'received', toDateTime64(a.received, 6, 'UTC'), toDateTime64(a.time, 6, 'UTC')) AS time,
        concat(a.source_id, '|', original.set_key) AS answer,
        if(a.interface_id != '', toString(a.interface_id), toString(original.interface_id)) AS interface_id,
        if(original.correlation_id != '', original.correlation_id, a.correlation_id) AS correlation_id,
        if(original.supplier_id != '', original.supplier_id, a.supplier_id) AS supplier_id,
        a.received AS received
    FROM edi_acknowledgements AS a
    LEFT JOIN
${edi_originals}
    AS original ON original.about = a.acknowledges
    WHERE NOT (a.level = 'group' AND a.named_sets > 0)
)
WHERE rule.1 = kind AND (empty(rule.5) OR has(rule.5, verdict) OR has(rule.5, codes[2])) AND key != ''
