-- Invoice lines of [start, end) as what is to be judged, each at the date and under the contract of the PO line it bills: the first
-- line of the item on that order. Without one, at the date of the invoice and against any contract of the supplier.
WITH
bills AS
(
    SELECT *
    FROM invoices FINAL
    WHERE invoiced >= {start:DateTime64(6,'UTC')} AND invoiced < {end:DateTime64(6,'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
),
orders AS
(
    SELECT purchase_order_id, item_id, argMin((ordered, contract_id), line) AS first_line
    FROM po_lines FINAL
    WHERE purchase_order_id IN (SELECT purchase_order_id FROM bills WHERE purchase_order_id != '')
    GROUP BY purchase_order_id, item_id
),
ordered_lines AS
(
    SELECT
        b.invoice_id AS document, b.supplier_id AS issuer, b.purchase_order_id AS purchase_order_id, b.line AS line,
        b.facility_id AS facility_id, b.supplier_id AS supplier_id, o.first_line.2 AS contract_id, b.item_id AS item_id,
        b.quantity AS quantity, b.price AS price, b.currency AS currency, b.uom AS uom,
        if(o.purchase_order_id != '', o.first_line.1, b.invoiced) AS ordered, b.invoiced AS time,
        greatest(b.pack_factor, 1) AS pack,
        if(contract_id != '', concat('contract ', contract_id), concat('supplier ', b.supplier_id)) AS party
    FROM bills AS b
    LEFT JOIN orders AS o ON o.purchase_order_id = b.purchase_order_id AND o.item_id = b.item_id
),
