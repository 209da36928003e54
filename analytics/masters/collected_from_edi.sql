-- Partners whose trading id is a number of a scheme: ISA qualifiers 01 and 14 are DUNS, 08 a GLN.
INSERT INTO master_records (master, id, system, scheme, value, shown, first_seen, last_seen, received)
SELECT
    'supplier' AS master, d.supplier_id AS id, concat('EDI partner ', if(d.partner != '', d.partner, 'unknown')) AS system,
    if(startsWith(trading_id, '08:'), 'gln', 'duns') AS scheme,
    replaceRegexpOne(substring(replaceRegexpAll(substring(trading_id, 4), '[^0-9]', ''), 1, if(scheme = 'duns', 9, 13)), '^0+', '') AS value,
    substring(trading_id, 4) AS shown,
    min(toDateTime64(d.time, 6, 'UTC')) AS first_seen, max(toDateTime64(d.time, 6, 'UTC')) AS last_seen, max(d.received) AS received
FROM (SELECT *, if(direction = 'out', receiver, sender) AS trading_id FROM edi_documents) AS d
WHERE d.received > {since:DateTime64(3,'UTC')} AND d.received <= {until:DateTime64(3,'UTC')}
    AND d.supplier_id != '' AND match(trading_id, '^(01|14|08):[0-9 -]{8,}')
GROUP BY id, system, scheme, value, shown
