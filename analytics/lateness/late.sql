-- What of an interval was received later, by kind. Each table is read by its time of event first.
SELECT kind, toUInt64(count()) AS records, min(e.received) AS first_received, max(e.received) AS last_received
FROM
(
    SELECT 'span' AS kind, received FROM spans
    WHERE bucket >= toStartOfFiveMinutes(toDateTime({start:DateTime64(6, 'UTC')})) AND bucket < toDateTime({end:DateTime64(6, 'UTC')})
        AND start >= {start:DateTime64(6, 'UTC')} AND start < {end:DateTime64(6, 'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
        AND received > {since:DateTime64(3, 'UTC')} AND received <= {now:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT 'milestone' AS kind, received FROM current_milestones
    WHERE time >= {start:DateTime64(6, 'UTC')} AND time < {end:DateTime64(6, 'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
        AND received > {since:DateTime64(3, 'UTC')} AND received <= {now:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT 'failure' AS kind, received FROM current_failures
    WHERE time >= {start:DateTime64(6, 'UTC')} AND time < {end:DateTime64(6, 'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
        AND received > {since:DateTime64(3, 'UTC')} AND received <= {now:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT 'batch_run' AS kind, received FROM batch_runs
    WHERE coalesce(started, finished, received) >= {start:DateTime64(6, 'UTC')} AND coalesce(started, finished, received) < {end:DateTime64(6, 'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
        AND received > {since:DateTime64(3, 'UTC')} AND received <= {now:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT 'queue_sample' AS kind, received FROM queue_samples
    WHERE time >= {start:DateTime64(6, 'UTC')} AND time < {end:DateTime64(6, 'UTC')}
        AND received > {since:DateTime64(3, 'UTC')} AND received <= {now:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT 'po_line' AS kind, received FROM po_lines
    WHERE ordered >= {start:DateTime64(6, 'UTC')} AND ordered < {end:DateTime64(6, 'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
        AND received > {since:DateTime64(3, 'UTC')} AND received <= {now:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT 'invoice_line' AS kind, received FROM invoices
    WHERE invoiced >= {start:DateTime64(6, 'UTC')} AND invoiced < {end:DateTime64(6, 'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
        AND received > {since:DateTime64(3, 'UTC')} AND received <= {now:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT 'contract_price' AS kind, received FROM contract_prices
    WHERE valid_from < {end:DateTime64(6, 'UTC')} AND coalesce(valid_to, {end:DateTime64(6, 'UTC')}) >= {start:DateTime64(6, 'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
        AND received > {since:DateTime64(3, 'UTC')} AND received <= {now:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT 'edi_document' AS kind, received FROM edi_documents
    WHERE time >= {start:DateTime64(6, 'UTC')} AND time < {end:DateTime64(6, 'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
        AND received > {since:DateTime64(3, 'UTC')} AND received <= {now:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT 'exclusion' AS kind, recorded AS received FROM sla_exclusions FINAL
    WHERE sla_exclusions.end > toDateTime({start:DateTime64(6, 'UTC')}) AND sla_exclusions.start < toDateTime({end:DateTime64(6, 'UTC')})
        AND recorded > {since:DateTime64(3, 'UTC')} AND recorded <= {now:DateTime64(3, 'UTC')}
) AS e
GROUP BY kind
ORDER BY kind
