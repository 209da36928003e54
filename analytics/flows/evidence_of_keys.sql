-- The evidence of a flow whose instances are whole keys (an order, an invoice), as of {end}. judged.sql follows, then a SELECT.
-- Minima and maxima make it insensitive to rows sent twice.
WITH
levels AS
(
    SELECT
        milestones.authority AS authority,
        milestones.key AS key,
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
    GROUP BY authority, key
),
progress AS
(
    SELECT
        authority,
        key,
        '' AS facility_id,
        '' AS item_id,
        place,
        arrayMap(at -> if(at = 9223372036854775807, 0, at), reached_or_never) AS reached,
        arrayMap(step -> arrayMax(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 2, attempts))), range(1, length({steps:Array(String)}) + 1)) AS failed,
        arrayMap(step -> arrayMax(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 3, attempts))), range(1, length({steps:Array(String)}) + 1)) AS begun,
        arrayMap(step -> arrayMin(arrayMap(e -> e.3, arrayFilter(e -> e.1 = step AND e.2 = 2, attempts))), range(1, length({steps:Array(String)}) + 1)) AS first_failed,
        arrayMin(arrayFilter(at -> at > 0, arrayConcat(reached, arrayMap(e -> e.3, attempts)))) AS earliest,
        arrayMax(arrayConcat(reached, arrayMap(e -> e.3, attempts))) AS latest
    FROM levels
    WHERE {all_facilities:UInt8} OR place IN {facilities:Array(String)} OR place = ''
),
