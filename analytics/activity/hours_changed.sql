-- Whole hours that are to be written again, oldest first: of those of which a minute was received since a moment, those that hold other
-- spans than their minutes do. Minutes only ever grow, so an hour with as many spans, received as late, is as its minutes are.
WITH stirred AS
(
    SELECT DISTINCT toStartOfHour(o.minute) AS hour
    FROM operations_per_minute AS o
    WHERE o.received >= {since:DateTime64(6,'UTC')} AND o.minute < toStartOfHour({now:DateTime64(6,'UTC')})
)
SELECT toUnixTimestamp(minutes.hour) AS hour
FROM
(
    SELECT toStartOfHour(o.minute) AS hour, sum(o.spans) AS spans, max(o.received) AS received
    FROM operations_per_minute AS o
    WHERE toStartOfHour(o.minute) IN (SELECT stirred.hour FROM stirred)
    GROUP BY hour
) AS minutes
LEFT JOIN
(
    SELECT h.hour AS hour, sum(h.spans) AS spans, max(h.received) AS received
    FROM operations_per_hour AS h FINAL
    WHERE h.hour IN (SELECT stirred.hour FROM stirred)
    GROUP BY hour
) AS hours ON minutes.hour = hours.hour
WHERE minutes.spans != hours.spans OR minutes.received != hours.received
ORDER BY hour
LIMIT 1000000
