-- A late answer ends the wait, whatever it says: a rejection is a failure of its own.
SELECT DISTINCT
    interface_id,
    subject.1 AS object_type,
    subject.2 AS object,
    facility_id,
    greatest(toDateTime64(assumeNotNull(acknowledged), 6, 'UTC'), toDateTime64(assumeNotNull(due), 6, 'UTC') + toIntervalMicrosecond(1)) AS time,
    {now:DateTime64(3,'UTC')} AS received
FROM
(
    SELECT
        *,
        arrayFirst(s -> s.2 != '', [
            ('invoice', substring(arrayFirst(k -> startsWith(k, 'invoice '), keys), 9)),
            ('purchase_order', substring(arrayFirst(k -> startsWith(k, 'purchase_order '), keys), 16)),
            ('contract', substring(arrayFirst(k -> startsWith(k, 'contract '), keys), 10)),
            ('supplier', supplier_id)]) AS subject
    FROM judged
    WHERE acknowledged IS NOT NULL AND due IS NOT NULL AND acknowledged > due
)
WHERE subject.2 != ''
    AND (interface_id, subject.1, subject.2) IN (
        SELECT f.interface_id, f.object_type, f.object FROM current_failures AS f WHERE f.source = 'edi' AND f.code = 'ACKNOWLEDGEMENT_OVERDUE')
    AND (interface_id, subject.1, subject.2, time) NOT IN (
        SELECT o.interface_id, o.object_type, o.object, o.time FROM object_successes AS o)
