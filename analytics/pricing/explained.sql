-- Invoice lines with an exception, and the interface failure behind each: of the same item at the facility or of the same
-- order, and open at some time between ordering and invoicing. One of the item explains more than one of the order.
WITH
exceptions AS
(
    SELECT supplier_id, invoice_id, line, purchase_order_id, facility_id, item_id, exception, invoiced, quantity, price, currency
    FROM invoices FINAL
    WHERE exception != '' AND invoiced >= {start:DateTime64(6,'UTC')} AND invoiced < {end:DateTime64(6,'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
),
orders AS
(
    SELECT purchase_order_id, item_id, min(ordered) AS ordered
    FROM po_lines FINAL
    WHERE purchase_order_id IN (SELECT purchase_order_id FROM exceptions WHERE purchase_order_id != '')
    GROUP BY purchase_order_id, item_id
),
dated AS
(
    SELECT e.*, if(o.purchase_order_id != '' AND o.ordered < e.invoiced, o.ordered, e.invoiced) AS ordered
    FROM exceptions AS e
    LEFT JOIN orders AS o ON o.purchase_order_id = e.purchase_order_id AND o.item_id = e.item_id
),
-- Failures long before the first of these orders may still be open, so how far back is bounded by a year.
failed AS
(
    SELECT failure_id, time, interface_id, facility_id, failure_class, message, object_type, object, item_id, purchase_order_id
    FROM current_failures
    WHERE time >= {start:DateTime64(6,'UTC')} - INTERVAL 366 DAY AND time < {end:DateTime64(6,'UTC')}
        AND (item_id != '' AND item_id IN (SELECT item_id FROM exceptions)
            OR purchase_order_id != '' AND purchase_order_id IN (SELECT purchase_order_id FROM exceptions))
    LIMIT 1 BY failure_id
),
-- A success at one facility also answers a failure that named none.
closed AS
(
    SELECT interface_id, object_type, object, arrayJoin(arrayDistinct([toString(o.facility_id), ''])) AS facility_id, time
    FROM object_successes AS o
    WHERE time >= {start:DateTime64(6,'UTC')} - INTERVAL 366 DAY
        AND (interface_id, object_type, object) IN (SELECT interface_id, object_type, object FROM failed WHERE object != '')
),
spells AS
(
    SELECT f.*, s.time AS resolved, s.object != '' AS is_resolved
    FROM failed AS f
    ASOF LEFT JOIN closed AS s
        ON s.interface_id = f.interface_id AND s.object_type = f.object_type AND s.object = f.object AND s.facility_id = f.facility_id
        AND s.time > f.time
),
candidates AS
(
    SELECT link.1 AS through, link.2 AS subject, spells.*
    FROM spells
    ARRAY JOIN [('item', item_id), ('order', purchase_order_id)] AS link
    WHERE subject != ''
),
explained AS
(
    SELECT
        e.supplier_id AS supplier_id, e.invoice_id AS invoice_id, e.line AS line,
        argMax((f.failure_class, f.interface_id, f.message),
            (e.through = 'item', f.time <= e.ordered, f.time, f.failure_id)) AS failure
    FROM
    (
        SELECT link.1 AS through, link.2 AS subject, dated.*
        FROM dated
        ARRAY JOIN [('item', item_id), ('order', purchase_order_id)] AS link
        WHERE subject != ''
    ) AS e
    INNER JOIN candidates AS f ON f.through = e.through AND f.subject = e.subject
    WHERE f.time <= e.invoiced AND (NOT f.is_resolved OR f.resolved > e.ordered)
        AND (f.facility_id = '' OR e.facility_id = '' OR f.facility_id = e.facility_id)
    GROUP BY supplier_id, invoice_id, line
)
