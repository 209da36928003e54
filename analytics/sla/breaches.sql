-- Breaches that overlap an interval, newest first: what was opened, and the fact that closed it where there is one.
-- One that later evidence showed never to have been stays on record (closed at its opening, withdrawn) but is not listed.
SELECT
    o.breach_id AS breach_id,
    o.sla_id AS sla_id,
    o.subject AS subject,
    o.facility_id AS facility_id,
    o.at AS opened,
    o.detected AS detected,
    if(c.breach_id = '', NULL, c.at) AS closed,
    o.reason AS reason,
    o.evidence AS evidence,
    if(c.breach_id = '', o.attributes, mapUpdate(o.attributes, mapConcat(c.attributes, map('closed_because', c.reason)))) AS attributes
FROM (SELECT * FROM sla_breaches FINAL WHERE fact = 'opened' AND at < {end:DateTime64(6, 'UTC')}) AS o
LEFT JOIN (SELECT * FROM sla_breaches FINAL WHERE fact = 'closed') AS c ON o.breach_id = c.breach_id
WHERE (c.breach_id = '' OR (NOT {open_only:UInt8} AND c.at >= {start:DateTime64(6, 'UTC')}))
    AND ({withdrawn_too:UInt8} OR c.attributes['withdrawn'] != 'true')
    AND ({sla_id:String} = '' OR o.sla_id = {sla_id:String})
    AND greatest(o.detected, c.detected) >= {detected:DateTime64(3, 'UTC')}
    AND ({all_facilities:UInt8} OR o.facility_id IN {facilities:Array(String)} OR o.facility_id = '')
ORDER BY opened DESC, breach_id
