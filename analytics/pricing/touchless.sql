-- Invoices of [start, end): touchless where nobody had to look, as no line had an exception and nothing about the invoice failed for good.
WITH
received AS
(
    SELECT supplier_id, invoice_id, any(i.facility_id) AS facility_id, max(i.exception) != '' AS has_exception
    FROM invoices AS i FINAL
    WHERE invoiced >= {start:DateTime64(6,'UTC')} AND invoiced < {end:DateTime64(6,'UTC')}
        AND ({all_facilities:UInt8} OR i.facility_id IN {facilities:Array(String)} OR i.facility_id = '')
    GROUP BY supplier_id, invoice_id
),
judged AS
(
    SELECT
        *,
        (toString(supplier_id), invoice_id) IN
            (SELECT supplier_id, invoice_id FROM current_failures
                WHERE invoice_id IN (SELECT invoice_id FROM received) AND failure_class NOT IN {transient:Array(String)}
                    AND time >= {start:DateTime64(6,'UTC')} - INTERVAL 1 DAY AND time < {now:DateTime64(6,'UTC')} + INTERVAL 1 DAY) AS has_failure
    FROM received
)
SELECT
    multiIf({group:String} = 'facility', toString(facility_id), {group:String} = 'supplier', toString(supplier_id), '') AS group,
    count() AS invoices,
    countIf(NOT has_exception AND NOT has_failure) AS touchless,
    countIf(has_exception) AS with_exception,
    countIf(has_failure) AS with_failure,
    if(invoices > 0, touchless / invoices, NULL) AS rate,
    if(invoices > 0, with_exception / invoices, NULL) AS exception_rate
FROM judged
GROUP BY group
ORDER BY rate ASC NULLS LAST, invoices DESC, group
LIMIT {limit:UInt32}
