-- Dollars behind failures: of a PO or invoice its lines; of an item, contract or supplier what was ordered of it, at the
-- facilities where it failed, from the first failure to the answer (or now). The same line counts once per object.
WITH
places AS MATERIALIZED
(
    SELECT place.1 AS work_item, place.2 AS object_type, place.3 AS object, place.4 AS facility_id, place.5 AS supplier_id, place.6 AS since, place.7 AS until
    FROM
    (
        SELECT arrayJoin(arrayZip({items:Array(String)}, {types:Array(String)}, {named:Array(String)}, {at:Array(String)}, {of:Array(String)},
            {since:Array(DateTime64(6,'UTC'))}, {until:Array(DateTime64(6,'UTC'))})) AS place
    )
),
ordered AS
(
    SELECT
        purchase_order_id AS document, line, toString(facility_id) AS facility_id, toString(currency) AS currency, ordered,
        toDecimal128(quantity, 4) * toDecimal128(price, 6) AS amount,
        arrayJoin([('purchase_order', purchase_order_id), ('item', item_id), ('contract', contract_id), ('supplier', toString(supplier_id))]) AS subject
    FROM po_lines FINAL
    WHERE purchase_order_id IN (SELECT arrayJoin(arrayFilter((o, t) -> t = 'purchase_order', {named:Array(String)}, {types:Array(String)})))
        OR item_id IN (SELECT arrayJoin(arrayFilter((o, t) -> t = 'item', {named:Array(String)}, {types:Array(String)})))
        OR contract_id IN (SELECT arrayJoin(arrayFilter((o, t) -> t = 'contract', {named:Array(String)}, {types:Array(String)})))
        OR supplier_id IN (SELECT arrayJoin(arrayFilter((o, t) -> t = 'supplier', {named:Array(String)}, {types:Array(String)})))
),
billed AS
(
    SELECT
        invoice_id, line, toString(supplier_id) AS supplier_id, toString(currency) AS currency,
        toDecimal128(quantity, 4) * toDecimal128(price, 6) AS amount
    FROM invoices FINAL
    WHERE invoice_id IN (SELECT arrayJoin(arrayFilter((o, t) -> t = 'invoice', {named:Array(String)}, {types:Array(String)})))
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
