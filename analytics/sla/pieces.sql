-- The slots an SLA's window is made of.
SELECT slot AS start, toUInt16(grain) AS minutes, sum(g.good) AS good, sum(g.total) AS total, sum(g.good_slices) AS good_slices, sum(g.counted_slices) AS counted_slices,
    sum(g.excluded_seconds) AS excluded_seconds, sum(g.budget_good) AS budget_good, sum(g.budget_total) AS budget_total
FROM sli_grains AS g
WHERE slo = {slo:UInt32} AND toStartOfHour(slot) >= toStartOfHour(toDateTime({begins:UInt32})) AND toStartOfHour(slot) <= toDateTime({ends:UInt32})
    AND ((grain = 60 AND slot IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC')))
        OR (grain = 5 AND slot IN (SELECT toDateTime(arrayJoin({fives:Array(UInt32)}), 'UTC')))
        OR (grain = 1 AND slot IN (SELECT toDateTime(arrayJoin({minutes:Array(UInt32)}), 'UTC'))))
GROUP BY start, grain
HAVING total != 0 OR counted_slices != 0 OR excluded_seconds != 0 OR budget_total != 0
ORDER BY start
