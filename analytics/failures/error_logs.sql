-- Log records of severity error or worse, received in (since, until], as failure reports. A record of a span that failed is
-- evidence of that failure and not another one. received is when it became a failure, so that jobs by received time see it.
INSERT INTO failure_reports (source_id, source, interface_id, facility_id, code, message, flow, milestone, operation,
    correlation_id, contract_id, supplier_id, item_id, purchase_order_id, invoice_id, trace_id, span_id, attributes, time, received)
SELECT
    concat('log|', lower(hex(SHA256(arrayStringConcat([hex(l.trace_id), hex(l.span_id), toString(l.time), l.service,
        l.interface_id, l.facility_id, l.item_id, l.purchase_order_id, l.invoice_id, l.body], '|'))))) AS source_id,
    'log' AS source,
    l.interface_id AS interface_id,
    l.facility_id AS facility_id,
    arrayFirst(c -> c != '', [l.attributes['error.code'], l.attributes['error.type'], l.attributes['exception.type'],
        l.attributes['http.response.status_code'], '']) AS code,
    arrayFirst(m -> m != '', [l.body, l.attributes['exception.message'], l.attributes['error.message'], toString(l.event_name), 'error logged without a message']) AS message,
    l.flow AS flow,
    l.milestone AS milestone,
    l.attributes['code.function.name'] AS operation,
    l.correlation_id AS correlation_id,
    l.contract_id AS contract_id,
    toString(l.supplier_id) AS supplier_id,
    l.item_id AS item_id,
    l.purchase_order_id AS purchase_order_id,
    l.invoice_id AS invoice_id,
    l.trace_id AS trace_id,
    l.span_id AS span_id,
    mapUpdate(l.resource_attributes, l.attributes) AS attributes,
    toDateTime64(least(greatest(l.time, toDateTime64('1970-01-01 00:00:00', 9, 'UTC')), toDateTime64('2105-01-01 00:00:00', 9, 'UTC')), 6, 'UTC') AS time,
    {now:DateTime64(3,'UTC')} AS received
FROM logs AS l
WHERE l.received > {since:DateTime64(3,'UTC')} AND l.received <= {until:DateTime64(3,'UTC')}
    AND (l.severity >= 17 OR (l.severity = 0 AND lower(l.severity_text) IN ('error', 'err', 'fatal', 'critical', 'crit', 'emergency', 'alert', 'severe')))
    AND (l.interface_id != '' OR l.correlation_id != '' OR l.contract_id != '' OR l.purchase_order_id != '' OR l.invoice_id != '' OR l.item_id != '')
    AND (l.trace_id = toFixedString('', 16) OR (l.trace_id, l.span_id) NOT IN (
        SELECT f.trace_id, f.span_id FROM current_failures AS f
        WHERE f.source = 'span' AND f.received > {since:DateTime64(3,'UTC')} - INTERVAL 1 DAY))
    AND source_id NOT IN (
        SELECT r.source_id FROM failure_reports AS r
        WHERE r.source = 'log' AND r.received > {since:DateTime64(3,'UTC')} - INTERVAL 1 DAY)
