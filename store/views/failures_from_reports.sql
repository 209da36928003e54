CREATE MATERIALIZED VIEW failures_from_reports_${generation} TO failures AS
WITH
${classification}
SELECT
    unhex(substring(hex(SHA256(source_id)), 1, 32))::FixedString(16) AS failure_id,
    time,
    source,
    interface_id,
    if(facility_id != '', toString(facility_id), found_facility) AS facility_id,
    decision.2 AS failure_class,
    decision.1 AS rule,
    code,
    message,
    subject.1 AS object_type,
    subject.2 AS object,
    flow,
    milestone,
    correlation_id,
    contract AS contract_id,
    supplier AS supplier_id,
    item AS item_id,
    purchase_order AS purchase_order_id,
    invoice AS invoice_id,
    trace_id,
    span_id,
    '' AS job,
    '' AS run_id,
    received,
    operation,
    ${generation} AS generation,
    sequence
FROM (SELECT *, map('', '') AS resource_attributes, ${decision} AS decision FROM ${source})
