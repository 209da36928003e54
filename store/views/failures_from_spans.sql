-- The decision is a column of the inner query: as an alias the engine would write it out again wherever it is named, and every
-- INSERT would pay for reading that (a third of a small INSERT's time).
CREATE MATERIALIZED VIEW failures_from_spans_${generation} TO failures AS
WITH
${classification}
SELECT
    unhex(substring(hex(SHA256(concat(trace_id, span_id))), 1, 32))::FixedString(16) AS failure_id,
    toDateTime64(end, 6, 'UTC') AS time,
    'span' AS source,
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
    name AS operation,
    ${generation} AS generation,
    sequence
FROM
(
    SELECT
        trace_id, span_id, end, name, interface_id, facility_id, correlation_id, contract_id, supplier_id, item_id,
        purchase_order_id, invoice_id, flow, milestone, attributes, resource_attributes, received, sequence,
        arrayFirst(m -> m != '', [
            status_message,
            arrayFirst(e -> e.name = 'exception', events).attributes['exception.message'],
            attributes['exception.message'],
            attributes['error.message'],
            concat(name, ' failed without a message')
        ]) AS message,
        arrayFirst(c -> c != '', [attributes['error.code'], attributes['error.type'], attributes['http.response.status_code'], '']) AS code,
        ${decision} AS decision
    FROM ${source}
    WHERE status = 2
)
