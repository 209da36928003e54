-- Every instance of one flow, as of {end}: the part all questions about flows share (a SELECT follows it).
-- Evidence is (step number, outcome, microseconds since 1970); 1 reached, 2 failed, 3 started. Minima and maxima make it
-- insensitive to rows sent twice. A milestone of a whole contract (no facility, no item) counts for each of its instances.
WITH
levels AS
(
    SELECT
        milestones.authority AS authority,
        milestones.key AS key,
        if({per_facility:UInt8}, toString(milestones.facility_id), '') AS facility,
        if({per_line:UInt8}, milestones.item_id, '') AS item,
        max(toString(milestones.facility_id)) AS place,
        groupUniqArray((
            toUInt8(indexOf({steps:Array(String)}, toString(milestones.milestone))),
            toUInt8(multiIf(outcome = 'reached', 1, outcome = 'failed', 2, 3)),
            toUnixTimestamp64Micro(milestones.time)
        )) AS evidence
    FROM milestones
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
        groupArray((facility, item, evidence, place)) AS all_levels,
        groupUniqArrayIf(facility, facility != '' AND item != '') AS facilities_by_line,
        groupUniqArrayIf(item, facility != '' AND item != '') AS items_by_facility,
        groupArrayIf(facility, facility != '' AND item = '') AS facility_names,
        groupArrayIf(evidence, facility != '' AND item = '') AS facility_evidence,
        groupArrayIf(item, facility = '' AND item != '') AS item_names,
        groupArrayIf(evidence, facility = '' AND item != '') AS item_evidence,
        groupArrayArrayIf(evidence, facility = '' AND item = '') AS network_evidence,
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
        level.1 AS facility_id,
        level.2 AS item_id,
        if(level.1 != '', level.1, level.4) AS place,
        arrayConcat(
            level.3,
            if(level.1 != '' OR level.2 != '', network_evidence, []),
            if(level.1 != '' AND level.2 != '', facility_evidence[indexOf(facility_names, level.1)], []),
            if(level.1 != '' AND level.2 != '', item_evidence[indexOf(item_names, level.2)], [])) AS evidence
    FROM keys
),
progress AS
(
    SELECT
        authority,
        key,
        facility_id,
        item_id,
        place,
        -- Most work is never refused: the steps' attempts are looked for in the few pieces of evidence that are any.
        arrayFilter(e -> e.2 != 1, evidence) AS attempts,
        arrayMap(step -> arrayMin(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 1, evidence))), range(1, length({steps:Array(String)}) + 1)) AS reached,
        arrayMap(step -> arrayMax(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 2, attempts))), range(1, length({steps:Array(String)}) + 1)) AS failed,
        arrayMap(step -> arrayMax(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 3, attempts))), range(1, length({steps:Array(String)}) + 1)) AS begun,
        arrayMap(step -> arrayMin(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 2, attempts))), range(1, length({steps:Array(String)}) + 1)) AS first_failed,
        arrayMin(arrayMap(e -> e.3, evidence)) AS earliest,
        arrayMax(arrayMap(e -> e.3, evidence)) AS latest
    FROM finest
    WHERE {all_facilities:UInt8} OR place IN {facilities:Array(String)} OR place = ''
),
awaited AS
(
    SELECT
        *,
        reached[{completing:UInt8}] AS completed_at,
        if(reached[{first:UInt8}] > 0, reached[{first:UInt8}], earliest) AS started_at,
        arrayMax(reached) AS last_reached,
        if(last_reached > 0, last_reached, latest) AS last_at,
        arrayLastIndex(at -> at = last_reached AND at > 0, reached) AS last_step,
        arrayLastIndex((at, failure, begin) -> at = 0 AND (failure > 0 OR begin > 0), reached, failed, begun) AS attempted,
        multiIf(
            completed_at > 0, 0,
            attempted > 0, attempted,
            arrayFirstIndex((at, is_required) -> at = 0 AND is_required, reached, {required:Array(UInt8)})) AS waiting_step
    FROM progress
),
delays AS
(
    SELECT
        authority, key, facility_id, item_id, place, reached, completed_at, started_at, last_at, last_step, waiting_step,
        if(waiting_step > 0, {expected:Array(Int64)}[waiting_step], 0) AS allowed,
        if(waiting_step > 0 AND failed[waiting_step] > 0 AND failed[waiting_step] >= begun[waiting_step], first_failed[waiting_step], 0) AS failing_since,
        if(allowed > 0 AND last_at + allowed < toUnixTimestamp64Micro({as_of:DateTime64(6,'UTC')}), last_at + allowed, 0) AS overdue_since
    FROM awaited
    WHERE completed_at = 0 OR completed_at >= toUnixTimestamp64Micro({start:DateTime64(6,'UTC')})
),
judged AS
(
    SELECT
        authority, key, facility_id, item_id, place, reached, completed_at, started_at, last_at, last_step, waiting_step,
        if(failing_since > 0 AND overdue_since > 0, least(failing_since, overdue_since), greatest(failing_since, overdue_since)) AS stuck_at,
        multiIf(completed_at > 0, 'completed', failing_since > 0 OR overdue_since > 0, 'stuck', 'in_flight') AS state,
        (completed_at - started_at) / 1000000 AS cycle_seconds
    FROM delays
)
