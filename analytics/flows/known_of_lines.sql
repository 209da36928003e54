-- The evidence of a flow whose instances are a key at a facility, for an item, from an effective date, or several of these.
-- Evidence of the whole key, or of a facility, counts for each instance there is below it. known.sql and standing.sql follow.
WITH
levels AS MATERIALIZED
(
    SELECT
        milestones.key AS key,
        milestones.authority AS authority,
        (
            if({per_facility:UInt8}, toString(milestones.facility_id), ''),
            if({per_line:UInt8}, milestones.item_id, ''),
            if({effective_attribute:String} = '', '', milestones.attributes[{effective_attribute:String}])) AS level,
        max(toString(milestones.facility_id)) AS place,
        argMaxIf(milestones.supplier_id, milestones.time, milestones.supplier_id != '') AS supplier_id,
        arrayDistinct(groupArrayIf(toUnixTimestamp64Micro(milestones.time) * 256
            + transform(milestones.milestone, {steps:Array(String)}, {numbers:Array(UInt8)}, 0), milestones.outcome = 'reached')) AS reports,
        arrayDistinct(groupArrayIf((
            toUInt8(transform(milestones.milestone, {steps:Array(String)}, {numbers:Array(UInt8)}, 0)),
            toUInt8(transform(milestones.outcome, ['failed', 'started', 'retracted', 'amended'], [2, 3, 4, 5], 3)),
            toUnixTimestamp64Micro(milestones.time),
            if(milestones.outcome = 'amended', toUnixTimestamp64Milli(milestones.received), 0)), milestones.outcome != 'reached')) AS others,
        max(milestones.received) AS newest_received
    FROM /*evidence*/ AS milestones
    WHERE milestones.flow = {flow:String}
        AND /*which*/
        AND milestones.milestone IN {steps:Array(String)}
        AND milestones.time >= toDateTime64(0, 6, 'UTC')
        AND milestones.time <= milestones.received + INTERVAL 1 DAY
    GROUP BY key, authority, level
),
-- The finest levels seen are the instances; each is told by its own evidence and by that of every level above it.
told AS
(
    SELECT
        finest.key AS key,
        finest.authority AS authority,
        finest.level.1 AS facility_id,
        finest.level.2 AS item_id,
        finest.level.3 AS effective,
        if(finest.level.1 != '', finest.level.1, maxIf(found.place, found.level = finest.level)) AS place,
        argMaxIf(found.supplier_id, (found.level.1 != '') + (found.level.2 != '') + (found.level.3 != ''), found.supplier_id != '') AS supplier_id,
        arraySort(groupUniqArrayArray(found.reports)) AS reports,
        groupUniqArrayArray(found.others) AS others,
        max(found.newest_received) AS newest_received
    FROM
    (
        SELECT key, authority, level, arrayJoin(arrayDistinct(arrayMap(
            kept -> (if(bitTest(kept, 0), level.1, ''), if(bitTest(kept, 1), level.2, ''), if(bitTest(kept, 2), level.3, '')), range(8)))) AS above
        FROM levels
        WHERE (key, authority, level) NOT IN
        (
            SELECT key, authority, arrayJoin(arrayFilter(coarser -> coarser != level, arrayMap(
                kept -> (if(bitTest(kept, 0), level.1, ''), if(bitTest(kept, 1), level.2, ''), if(bitTest(kept, 2), level.3, '')), range(7))))
            FROM levels
        )
    ) AS finest
    INNER JOIN levels AS found ON found.key = finest.key AND found.authority = finest.authority AND found.level = finest.above
    GROUP BY finest.key, finest.authority, finest.level
),
