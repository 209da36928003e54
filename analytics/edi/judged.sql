-- Documents of [start, end) with what their receivers said: the part all questions share (a SELECT follows it).
-- A control number is used again some day: an answer belongs to the newest document sent before it (a day is left for clocks).
WITH
asked AS
(
    SELECT
        *,
        arrayFirst(s -> s > 0, arrayMap(name -> {seconds:Array(Float64)}[indexOf({names:Array(String)}, name)],
            [concat(partner, '|', set_id, '|'), concat('|', set_id, '|', direction), concat('|', set_id, '|')])) AS within
    FROM edi_documents FINAL
    WHERE time >= {start:DateTime64(6,'UTC')} AND time < {end:DateTime64(6,'UTC')}
        AND set_id NOT IN ('997', '999', 'TA1')
        AND ({partner:String} = '' OR partner = {partner:String})
        AND ({set_id:String} = '' OR set_id = {set_id:String})
        AND ({key:String} = '' OR has(key_values, {key:String}) OR {key:String} IN (interchange_control, group_control, set_control, correlation_id))
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
),
numbered AS
(
    SELECT
        interchange_key, group_key, set_key, time, source_id,
        leadInFrame(toNullable(time)) OVER (PARTITION BY set_key ORDER BY time, source_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next_time
    FROM edi_documents FINAL
    WHERE set_key IN (SELECT set_key FROM asked WHERE set_key != '')
),
answers AS
(
    SELECT
        d.source_id AS answered,
        argMaxIf(a.verdict, a.time, a.kind IN ('997', '999') AND a.level = 'set') AS of_set,
        argMaxIf(a.verdict, a.time, a.kind IN ('997', '999') AND a.level = 'group') AS of_group,
        argMaxIf(a.verdict, a.time, a.kind = 'TA1') AS of_interchange,
        argMaxIf(a.verdict, a.time, a.kind = '824') AS of_application,
        min(a.time) AS first_time,
        argMin(toString(a.kind), a.time) AS first_kind,
        argMax(a.message, (a.verdict = 'rejected', a.level = 'set', a.time)) AS said
    FROM (SELECT *, arrayJoin([interchange_key, group_key, set_key]) AS about FROM numbered) AS d
    INNER JOIN (SELECT * FROM edi_acknowledgements FINAL WHERE acknowledges != '') AS a ON a.acknowledges = d.about
    WHERE a.time >= d.time - INTERVAL 1 DAY AND (d.next_time IS NULL OR a.time < d.next_time)
    GROUP BY answered
),
judged AS
(
    SELECT
        d.time AS time, toString(d.direction) AS direction, toString(d.partner) AS partner, toString(d.set_id) AS set_id,
        d.sender AS sender, d.receiver AS receiver, d.interchange_control AS interchange_control, d.group_control AS group_control,
        d.set_control AS set_control, toString(d.interface_id) AS interface_id, toString(d.facility_id) AS facility_id,
        d.supplier_id AS supplier_id,
        arrayMap((type, value) -> concat(type, ' ', value), d.key_types, d.key_values) AS keys,
        toString(d.reading) AS reading, d.reason AS reason, d.segment AS segment,
        multiIf(a.of_set != '', toString(a.of_set), a.of_group = 'partly_accepted', 'accepted', toString(a.of_group)) AS functional,
        multiIf('rejected' IN (functional, a.of_interchange, a.of_application), 'rejected',
            functional != '' OR a.of_application != '', 'accepted',
            d.within <= 0, 'not_expected',
            d.time + toIntervalMillisecond(toInt64(d.within * 1000)) < {now:DateTime64(6,'UTC')}, 'overdue',
            'awaiting') AS status,
        if(d.within > 0, d.time + toIntervalMillisecond(toInt64(d.within * 1000)), NULL) AS due,
        if(a.answered != '', a.first_time, NULL) AS acknowledged,
        a.first_kind AS acknowledged_by, a.said AS message,
        if(due IS NOT NULL AND coalesce(acknowledged, toDateTime64({now:DateTime64(6,'UTC')}, 3, 'UTC')) > due,
            toFloat64(dateDiff('second', assumeNotNull(due), coalesce(acknowledged, toDateTime64({now:DateTime64(6,'UTC')}, 3, 'UTC')))), NULL) AS late_seconds,
        d.test AS test, d.correlation_id AS correlation_id
    FROM asked AS d
    LEFT JOIN answers AS a ON a.answered = d.source_id
)
