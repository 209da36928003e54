CREATE MATERIALIZED VIEW failures_from_rejects_${generation} TO failures AS
WITH
${classification}
SELECT
    unhex(substring(hex(SHA256(concat(job, '|', run_id, '|', toString(line), '|', code, '|', item_id, '|', facility_id))), 1, 32))::FixedString(16) AS failure_id,
    time,
    'batch' AS source,
    interface_id,
    if(facility_id != '', toString(facility_id), found_facility) AS facility_id,
    decision.2 AS failure_class,
    decision.1 AS rule,
    code,
    message,
    subject.1 AS object_type,
    subject.2 AS object,
    '' AS flow,
    '' AS milestone,
    correlation_id,
    contract AS contract_id,
    supplier AS supplier_id,
    item AS item_id,
    purchase_order AS purchase_order_id,
    invoice AS invoice_id,
    toFixedString('', 16) AS trace_id,
    toFixedString('', 8) AS span_id,
    job,
    run_id,
    received,
    '' AS operation,
    ${generation} AS generation,
    sequence
FROM (SELECT *, map('', '') AS attributes, map('', '') AS resource_attributes, ${decision} AS decision FROM ${source})
