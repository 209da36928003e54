-- Minutes in which we were receiving since each start, and how many there could be: none before we first were, nor the last two,
-- whose record may still be on its way.
SELECT s.start AS start, countIf(o.minute >= s.start) AS seen,
    greatest(0, intDiv(toInt64({end:UInt32}) - 120 - greatest(toInt64(s.start), toInt64(toUInt32((SELECT min(observed.minute) FROM observed)))), 60)) AS possible
FROM (SELECT arrayJoin({starts:Array(UInt32)}) AS start) AS s
CROSS JOIN
(
    SELECT DISTINCT toUInt32(minute) AS minute
    FROM observed
    WHERE minute >= toDateTime({oldest:UInt32}) AND minute < toDateTime({end:UInt32} - 120)
    UNION ALL
    SELECT toUInt32(0) AS minute
) AS o
WHERE (SELECT count() FROM observed) > 0
GROUP BY start
