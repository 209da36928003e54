-- The evidence of a flow whose instances are a key at a facility, for an item, or both, as of {end}. judged.sql follows, then a SELECT.
-- A milestone of the whole key (no facility, no item) counts for each of its instances. Insensitive to rows sent twice.
WITH
levels AS
(
    SELECT
        milestones.authority AS authority,
        milestones.key AS key,
        if({per_facility:UInt8}, toString(milestones.facility_id), '') AS facility,
        if({per_line:UInt8}, milestones.item_id, '') AS item,
        max(toString(milestones.facility_id)) AS place,
        -- Microseconds since 1970 at which each step was first reached; never is the largest Int64, so that the least wins.
        minForEach(arrayMap(step -> if(step = indexOf({steps:Array(String)}, toString(milestones.milestone)) AND outcome = 'reached',
            toUnixTimestamp64Micro(milestones.time), 9223372036854775807), range(1, length({steps:Array(String)}) + 1))) AS reached_or_never,
        -- Most work is never refused: attempts are few. (step, 2 failed or 3 started, microseconds)
        groupUniqArrayIf((
            toUInt8(indexOf({steps:Array(String)}, toString(milestones.milestone))),
            toUInt8(if(outcome = 'failed', 2, 3)),
            toUnixTimestamp64Micro(milestones.time)), outcome != 'reached') AS attempts
    FROM current_milestones AS milestones
    WHERE milestones.flow = {flow:String}
        AND ({key:String} = '' OR milestones.key = {key:String})
        AND milestones.milestone IN {steps:Array(String)}
        AND milestones.time < {end:DateTime64(6,'UTC')}
        AND milestones.time >= {end:DateTime64(6,'UTC')} - INTERVAL 1096 DAY - INTERVAL {length:UInt32} SECOND
        AND milestones.time >= toDateTime64(0, 6, 'UTC')
        AND milestones.time <= milestones.received + INTERVAL 1 DAY
    GROUP BY authority, key, facility, item
),
keys AS
(
    SELECT
        levels.authority AS authority,
        levels.key AS key,
        groupArray((facility, item, reached_or_never, attempts, place)) AS all_levels,
        groupUniqArrayIf(facility, facility != '' AND item != '') AS facilities_by_line,
        groupUniqArrayIf(item, facility != '' AND item != '') AS items_by_facility,
        groupArrayIf(facility, facility != '' AND item = '') AS facility_names,
        groupArrayIf((reached_or_never, attempts), facility != '' AND item = '') AS of_facilities,
        groupArrayIf(item, facility = '' AND item != '') AS item_names,
        groupArrayIf((reached_or_never, attempts), facility = '' AND item != '') AS of_items,
        groupArrayIf((reached_or_never, attempts), facility = '' AND item = '') AS of_key,
        count() AS level_count
    FROM levels
    GROUP BY authority, key
),
finest AS
(
    SELECT
        authority,
        key,
        arrayJoin(arrayFilter(level -> multiIf(
            level.1 != '' AND level.2 != '', 1,
            level.1 != '', NOT has(facilities_by_line, level.1),
            level.2 != '', NOT has(items_by_facility, level.2),
            level_count = 1), all_levels)) AS level,
        arrayConcat(
            [(level.3, level.4)],
            if(level.1 != '' OR level.2 != '', of_key, []),
            if(level.1 != '' AND level.2 != '', arrayFilter((e, name) -> name = level.1, of_facilities, facility_names), []),
            if(level.1 != '' AND level.2 != '', arrayFilter((e, name) -> name = level.2, of_items, item_names), [])) AS evidence
    FROM keys
),
together AS
(
    SELECT
        authority,
        key,
        level.1 AS facility_id,
        level.2 AS item_id,
        if(level.1 != '', level.1, level.5) AS place,
        arrayReduce('minForEach', arrayMap(e -> e.1, evidence)) AS reached_or_never,
        arrayFlatten(arrayMap(e -> e.2, evidence)) AS attempts
    FROM finest
),
progress AS
(
    SELECT
        authority,
        key,
        facility_id,
        item_id,
        place,
        arrayMap(at -> if(at = 9223372036854775807, 0, at), reached_or_never) AS reached,
        arrayMap(step -> arrayMax(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 2, attempts))), range(1, length({steps:Array(String)}) + 1)) AS failed,
        arrayMap(step -> arrayMax(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 3, attempts))), range(1, length({steps:Array(String)}) + 1)) AS begun,
        arrayMap(step -> arrayMin(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 2, attempts))), range(1, length({steps:Array(String)}) + 1)) AS first_failed,
        arrayMin(arrayFilter(at -> at > 0, arrayConcat(reached, arrayMap(e -> e.3, attempts)))) AS earliest,
        arrayMax(arrayConcat(reached, arrayMap(e -> e.3, attempts))) AS latest
    FROM together
    WHERE {all_facilities:UInt8} OR place IN {facilities:Array(String)} OR place = ''
),
