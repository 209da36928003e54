-- PO lines of [start, end) as what is to be judged; compared.sql continues.
WITH
ordered_lines AS
(
    SELECT
        purchase_order_id AS document, '' AS issuer, purchase_order_id, line, facility_id, supplier_id, contract_id, item_id, quantity,
        price, currency, uom, ordered, ordered AS time,
        greatest(pack_factor, 1) AS pack,
        if(contract_id != '', concat('contract ', contract_id), concat('supplier ', supplier_id)) AS party
    FROM po_lines FINAL
    WHERE ordered >= {start:DateTime64(6,'UTC')} AND ordered < {end:DateTime64(6,'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
),
