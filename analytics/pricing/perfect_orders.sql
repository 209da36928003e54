-- Orders of [start, end) against the perfect order: acknowledged, invoiced, no exception or failure, all there on the first invoice.
WITH
ordered AS
(
    SELECT
        purchase_order_id, any(p.facility_id) AS facility_id, any(p.supplier_id) AS supplier_id, min(p.ordered) AS ordered,
        sumMap(map(item_id, toDecimal256(quantity, 4) * greatest(pack_factor, 1))) AS wanted
    FROM po_lines AS p FINAL
    WHERE p.ordered >= {start:DateTime64(6,'UTC')} AND p.ordered < {end:DateTime64(6,'UTC')}
        AND ({all_facilities:UInt8} OR p.facility_id IN {facilities:Array(String)} OR p.facility_id = '')
    GROUP BY purchase_order_id
),
billed AS
(
    SELECT
        purchase_order_id, countIf(exception != '') AS exceptions,
        argMin(filled, (first_invoiced, supplier_id, invoice_id)) AS filled
    FROM
    (
        SELECT
            purchase_order_id, supplier_id, invoice_id, min(invoiced) AS first_invoiced, max(i.exception) AS exception,
            sumMap(map(item_id, toDecimal256(quantity, 4) * greatest(pack_factor, 1))) AS filled
        FROM invoices AS i FINAL
        WHERE purchase_order_id IN (SELECT purchase_order_id FROM ordered)
        GROUP BY purchase_order_id, supplier_id, invoice_id
    )
    GROUP BY purchase_order_id
),
judged AS
(
    SELECT
        o.facility_id AS facility_id, o.supplier_id AS supplier_id,
        {acknowledged:String} = '' OR o.purchase_order_id IN
            (SELECT key FROM current_milestones WHERE flow = {flow:String} AND milestone = {acknowledged:String} AND outcome = 'reached'
                AND key IN (SELECT purchase_order_id FROM ordered)) AS is_acknowledged,
        b.purchase_order_id != '' AS is_invoiced,
        b.exceptions > 0 AS has_exception,
        o.purchase_order_id IN
            (SELECT purchase_order_id FROM current_failures
                WHERE purchase_order_id IN (SELECT purchase_order_id FROM ordered) AND failure_class NOT IN {transient:Array(String)}
                    AND time >= {start:DateTime64(6,'UTC')} - INTERVAL 1 DAY AND time < {now:DateTime64(6,'UTC')} + INTERVAL 1 DAY) AS has_failure,
        is_invoiced AND arrayExists((item, quantity) -> b.filled[item] < quantity, mapKeys(o.wanted), mapValues(o.wanted)) AS is_short,
        has_exception OR has_failure OR is_short AS is_spoiled,
        NOT is_spoiled AND NOT (is_acknowledged AND is_invoiced) AND o.ordered >= {settled:DateTime64(6,'UTC')} AS is_pending,
        NOT is_spoiled AND is_acknowledged AND is_invoiced AS is_perfect
    FROM ordered AS o
    LEFT JOIN billed AS b ON b.purchase_order_id = o.purchase_order_id
)
SELECT
    multiIf({group:String} = 'facility', toString(facility_id), {group:String} = 'supplier', toString(supplier_id), '') AS group,
    count() AS orders,
    countIf(is_pending) AS pending,
    countIf(is_perfect) AS perfect,
    countIf(NOT is_acknowledged AND NOT is_pending) AS without_acknowledgement,
    countIf(NOT is_invoiced AND NOT is_pending) AS without_invoice,
    countIf(has_exception) AS with_exception,
    countIf(has_failure) AS with_failure,
    countIf(is_short) AS not_filled_first_time,
    if(orders > pending, perfect / (orders - pending), NULL) AS rate
FROM judged
GROUP BY group
ORDER BY rate ASC NULLS LAST, orders DESC, group
LIMIT {limit:UInt32}
