-- Rows {first} … {first} + {rows} of a history of {orders} orders over 56 days up to {end}: spans as the example network sends them.
-- An order is fifteen spans in eleven traces over nine days: requisition and price look-up (one trace), posting, acknowledgements,
-- shipment, receipt and, under a correlation id of its own, invoice to payment; and a stock check of a single trace. Rows come in the
-- order of their times, as they would arrive. Keys: a correlation id of the stock check has 1 trace, an order 10, an item 100, a
-- contract 10,000; suppliers share the orders as unevenly as in the simulator.
INSERT INTO spans
(
    bucket, trace_id, span_id, parent_span_id, start, end, service, name, kind, status, status_message, interface_id, facility_id,
    correlation_id, contract_id, supplier_id, item_id, purchase_order_id, invoice_id, flow, milestone, attributes, resource_attributes,
    received
)
WITH
    ['requisition-approval', 'budget-check', 'contract-price-lookup', 'po-to-erp', 'edi-850-out', 'edi-997-in', 'edi-855-in', 'edi-856-in',
        'receipt-posting', 'edi-810-in', 'invoice-match', 'invoice-approval', 'invoice-status', 'ap-payment', 'inventory-par'] AS interfaces,
    ['approve requisition', 'check budget', 'look up contract price', 'post purchase order', 'send 850', 'receive 997', 'process 855', 'process 856',
        'post receipt', 'process 810', 'match invoice', 'approve invoice', 'publish invoice status', 'pay invoice', 'check par level'] AS names,
    ['purchasing-suite', 'api-gateway', 'clm', 'erp', 'edi-gateway', 'edi-gateway', 'edi-gateway', 'edi-gateway',
        'erp', 'edi-gateway', 'ap-automation', 'ap-automation', 'ap-automation', 'ap-automation', 'inventory'] AS services,
    [0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10] AS traces_of_steps,
    -- Seconds after the order's first call.
    [0, 1, 2, 8, 20, 480, 9720, 247920, 338400, 293280, 340680, 437640, 437641, 794400, 0] AS delays,
    toUnixTimestamp64Milli({end:DateTime64(6,'UTC')}) AS until_ms,
    4838400000 AS span_of_time_ms,
    numbers.number % 15 AS step,
    intDiv(numbers.number, 15) AS at,
    (at + {orders:UInt64} - toUInt64(delays[step + 1] * {orders:UInt64} / 4838400)) % {orders:UInt64} AS n,
    toString(4500000000 + n) AS digits,
    interfaces[step + 1] AS interface,
    concat('H', leftPad(toString(n % 12 + 1), 2, '0')) AS facility,
    -- The busiest of 93 suppliers has a tenth of the orders, half of them have a thousandth or less.
    concat('S', leftPad(toString(1 + toUInt32(floor(93 * pow((cityHash64(n) % 1000003) / 1000003, 3)))), 3, '0')) AS supplier,
    if(step = 14, '', concat('PO-', digits)) AS purchase_order,
    concat(multiIf(step = 14, 'IP-', step IN (9, 10, 11, 12, 13), 'INV-', 'PR-'), digits) AS correlation,
    if(step = 2, concat('MS-', toString(n % greatest(intDiv({orders:UInt64}, 10000), 1))), '') AS contract,
    if(step IN (2, 14), concat('40-', toString(n % greatest(intDiv({orders:UInt64}, 50), 1))), '') AS item,
    if(step IN (9, 10, 11, 12, 13), concat('26', digits), '') AS invoice,
    cityHash64(numbers.number) % 97 = 0 AS refused
SELECT
    toStartOfFiveMinutes(toDateTime(start, 'UTC')) AS bucket,
    sipHash128(n, traces_of_steps[step + 1]) AS trace_id,
    reinterpret(sipHash64(n, step, 's'), 'FixedString(8)') AS span_id,
    if(step IN (1, 2, 4, 12), reinterpret(sipHash64(n, if(step = 2, 0, step - 1), 's'), 'FixedString(8)'), toFixedString('', 8)) AS parent_span_id,
    toDateTime64(fromUnixTimestamp64Milli(toInt64(until_ms - span_of_time_ms + at * span_of_time_ms / {orders:UInt64} + step), 'UTC'), 9, 'UTC') AS start,
    start + toIntervalMillisecond(20 + cityHash64(numbers.number, 'd') % 400) AS end,
    services[step + 1] AS service,
    names[step + 1] AS name,
    2 AS kind,
    if(refused, 2, 1) AS status,
    if(refused, concat('No mapping for item 40-', toString(n % 977), ' at ', facility), '') AS status_message,
    interface AS interface_id,
    facility AS facility_id,
    correlation AS correlation_id,
    contract AS contract_id,
    supplier AS supplier_id,
    item AS item_id,
    purchase_order AS purchase_order_id,
    invoice AS invoice_id,
    multiIf(step = 0, 'purchase_order', step = 2, 'contract_activation', '') AS flow,
    multiIf(step = 0, 'created', step = 2, 'items_mapped', '') AS milestone,
    mapFilter((k, v) -> v != '', map('interface.id', interface, 'facility.id', facility, 'correlation.id', correlation, 'supplier.id', supplier,
        'purchase_order.id', purchase_order, 'invoice.id', invoice, 'contract.id', contract, 'item.id', item,
        'flow.name', multiIf(step = 0, 'purchase_order', step = 2, 'contract_activation', ''),
        'milestone.name', multiIf(step = 0, 'created', step = 2, 'items_mapped', ''))) AS attributes,
    map('service.name', services[step + 1], 'deployment.environment.name', 'benchmark') AS resource_attributes,
    toDateTime64(end, 3, 'UTC') + toIntervalSecond(1) AS received
FROM numbers({first:UInt64}, {rows:UInt64}) AS numbers
-- A large piece may take longer than a question may.
SETTINGS max_execution_time = 0, max_memory_usage = 6000000000
