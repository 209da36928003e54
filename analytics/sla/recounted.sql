-- An SLA's budget counted from the minute record alone: no derived grain is read. Silent minutes count where the SLA says so.
WITH
    minutes AS
    (
        SELECT minute, sum(r.good) AS good, sum(r.total) AS total
        FROM sli_slices AS r FINAL
        WHERE r.sla_id = {sla_id:String} AND r.generation = {generation:String} AND toStartOfHour(minute) >= toStartOfHour(toDateTime({begins:UInt32}))
            AND minute >= toDateTime({begins:UInt32}) AND minute < toDateTime({ends:UInt32})
        GROUP BY minute
        UNION ALL
        SELECT minute, 0 AS good, 0 AS total
        FROM observed
        WHERE {no_data:String} IN ('bad', 'good') AND minute >= toDateTime({begins:UInt32}) AND minute < toDateTime({filled_until:UInt32})
        GROUP BY minute
    ),
    counted AS
    (
        SELECT intDiv(toUInt32(minute), {slice_seconds:UInt32}) AS slice, minute, toInt64(sum(minutes.good)) AS good, toInt64(sum(minutes.total)) AS total
        FROM minutes
        WHERE minute NOT IN
        (
            SELECT toDateTime(arrayJoin(range(toUInt32(start), toUInt32(end), 60)), 'UTC')
            FROM sla_exclusions FINAL
            WHERE sla_id = {sla_id:String} AND active
        )
        GROUP BY slice, minute
    ),
    slices AS
    (
        SELECT slice, sum(counted.good) AS good, sum(counted.total) AS total,
            if(total > 0, good * 1000000000 >= toInt64({slice_ppb:UInt64}) * total, {no_data:String} = 'good') AS is_good
        FROM counted
        GROUP BY slice
        HAVING total > 0 OR {no_data:String} IN ('bad', 'good')
    )
SELECT
    multiIf({method:UInt8} = 0, (SELECT toInt64(sum(if(c.total > 0, c.good, {no_data:String} = 'good'))) FROM counted AS c),
        {method:UInt8} = 1, (SELECT toInt64(countIf(is_good)) FROM slices),
        (SELECT toInt64(sum(if(s.total > 0, toInt64(intDiv(s.good * 1000000000, s.total)), toInt64(1000000000 * is_good)))) FROM slices AS s)) AS good,
    multiIf({method:UInt8} = 0, (SELECT toInt64(sum(if(c.total > 0, c.total, {no_data:String} IN ('bad', 'good')))) FROM counted AS c),
        {method:UInt8} = 1, (SELECT toInt64(count()) FROM slices), (SELECT toInt64(count()) * 1000000000 FROM slices)) AS total
