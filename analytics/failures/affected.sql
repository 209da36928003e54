-- Dollars behind failures: of a PO or invoice its lines; of an item, contract or supplier what was ordered of it, at the
-- facilities where it failed, from the first failure to the answer (or now). The same line counts once per object.
,
places AS
(
    SELECT
        judged.work_item AS work_item,
        judged.object_type AS object_type,
        judged.object AS object,
        judged.facility_id AS facility_id,
        argMax(judged.newest.3, judged.last_seen) AS supplier_id,
        min(judged.first_seen) AS since,
        if(max(judged.resolved_at) = toDateTime64(0, 6, 'UTC'), {now:DateTime64(6,'UTC')}, max(judged.resolved_at)) AS until
    FROM judged
    WHERE judged.object != '' AND (empty({item_ids:Array(String)}) OR judged.work_item IN {item_ids:Array(String)})
    GROUP BY work_item, object_type, object, facility_id
),
ordered AS
(
    SELECT
        purchase_order_id AS document, line, toString(facility_id) AS facility_id, toString(currency) AS currency, ordered,
        toDecimal128(quantity, 4) * toDecimal128(price, 6) AS amount,
        arrayJoin([('purchase_order', purchase_order_id), ('item', item_id), ('contract', contract_id), ('supplier', toString(supplier_id))]) AS subject
    FROM po_lines FINAL
    WHERE purchase_order_id IN (SELECT object FROM places WHERE object_type = 'purchase_order')
        OR item_id IN (SELECT object FROM places WHERE object_type = 'item')
        OR contract_id IN (SELECT object FROM places WHERE object_type = 'contract')
        OR supplier_id IN (SELECT object FROM places WHERE object_type = 'supplier')
),
billed AS
(
    SELECT
        invoice_id, line, toString(supplier_id) AS supplier_id, toString(currency) AS currency,
        toDecimal128(quantity, 4) * toDecimal128(price, 6) AS amount
    FROM invoices FINAL
    WHERE invoice_id IN (SELECT object FROM places WHERE object_type = 'invoice')
),
lines AS
(
    SELECT DISTINCT p.work_item AS work_item, o.document AS document, o.line AS line, o.currency AS currency, o.amount AS amount
    FROM places AS p
    INNER JOIN ordered AS o ON o.subject.1 = p.object_type AND o.subject.2 = p.object
    WHERE p.object_type = 'purchase_order'
        OR ((p.facility_id = '' OR o.facility_id = '' OR o.facility_id = p.facility_id) AND o.ordered >= p.since AND o.ordered < p.until)
    UNION ALL
    SELECT DISTINCT p.work_item AS work_item, concat(b.supplier_id, '|', b.invoice_id) AS document, b.line AS line, b.currency AS currency, b.amount AS amount
    FROM places AS p
    INNER JOIN billed AS b ON b.invoice_id = p.object
    WHERE p.object_type = 'invoice' AND (p.supplier_id = '' OR b.supplier_id = p.supplier_id)
)
SELECT
    work_item AS item_id,
    uniqExactMerge(of_currency.documents) AS documents,
    arraySort(groupArray((of_currency.currency, of_currency.amount))) AS amounts
FROM
(
    SELECT lines.work_item AS work_item, lines.currency AS currency, uniqExactState(lines.document) AS documents, sum(lines.amount) AS amount
    FROM lines
    GROUP BY work_item, currency
) AS of_currency
GROUP BY work_item
ORDER BY item_id
LIMIT {limit:UInt32}
