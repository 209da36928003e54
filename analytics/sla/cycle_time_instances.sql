-- The verdict on every instance of the keys that received evidence or fell due since the last look.
-- A time before 1970 or after its receipt cannot be right and is in no duration; five minutes are allowed to clocks.
-- Instances are the finest (facility, item) known of a key; coarser evidence applies to all finer ones.
INSERT INTO sla_instances
    (sla_id, generation, authority, key, facility_id, item_id, place, started, due, reached, verdict, minute, previous_minute, measured)
WITH
    changed AS
    (
        SELECT DISTINCT key, authority
        FROM current_milestones AS milestones
        WHERE flow = {flow:String} AND received > {since:DateTime64(3, 'UTC')}
        UNION DISTINCT
        SELECT DISTINCT key, authority
        FROM sla_instances
        WHERE sla_id = {sla_id:String} AND generation = {generation:String}
            AND verdict = 'open' AND due > {since:DateTime64(6, 'UTC')} AND due < {now:DateTime64(6, 'UTC')}
        UNION DISTINCT
        -- From the beginning: other rules may have left an instance without evidence.
        SELECT DISTINCT key, authority
        FROM sla_instances
        WHERE sla_id = {sla_id:String} AND generation = {generation:String} AND {since:DateTime64(3, 'UTC')} = toDateTime64(0, 3, 'UTC')
            AND started > {now:DateTime64(6, 'UTC')} - INTERVAL 1000 DAY -- evidence is kept a little longer
    ),
    evidence AS
    (
        SELECT
            authority,
            key,
            if({per_facility:UInt8} = 1, toString(milestones.facility_id), '') AS facility,
            if({per_line:UInt8} = 1, item_id, '') AS item,
            max(toString(milestones.facility_id)) AS place,
            groupUniqArrayIf(time, milestone = {from_milestone:String} AND outcome = 'reached' AND time >= toDateTime64(0, 6, 'UTC') AND time <= received + INTERVAL 5 MINUTE) AS starts,
            groupUniqArrayIf(time, milestone = {to_milestone:String} AND outcome = 'reached' AND time >= toDateTime64(0, 6, 'UTC') AND time <= received + INTERVAL 5 MINUTE) AS ends
        FROM current_milestones AS milestones
        WHERE flow = {flow:String} AND (key, authority) IN (SELECT key, authority FROM changed)
        GROUP BY authority, key, facility, item
    ),
    leaves AS
    (
        SELECT authority, key, facility, item, arrayJoin(arrayDistinct([(facility, item), (facility, ''), ('', item), ('', '')])) AS level
        FROM
        (
            SELECT authority, key, facility, item,
                max(item != '') OVER (PARTITION BY authority, key, facility) AS facility_has_items,
                max(facility != '') OVER (PARTITION BY authority, key, item) AS item_has_facilities,
                count() OVER (PARTITION BY authority, key) AS of_key
            FROM evidence
        )
        WHERE (facility != '' AND item != '') OR (facility != '' AND NOT facility_has_items)
            OR (facility = '' AND item != '' AND NOT item_has_facilities) OR of_key = 1
    ),
    begun AS
    (
        SELECT
            l.authority AS authority,
            l.key AS key,
            l.facility AS facility_id,
            l.item AS item_id,
            max(e.place) AS place,
            arrayMin(groupArrayArray(e.starts)) AS started,
            arraySort(arrayFilter(t -> t >= started, groupArrayArray(e.ends))) AS reached_at,
            1 AS one
        FROM leaves AS l
        INNER JOIN evidence AS e ON l.authority = e.authority AND l.key = e.key AND l.level.1 = e.facility AND l.level.2 = e.item
        GROUP BY l.authority, l.key, l.facility, l.item
        HAVING notEmpty(groupArrayArray(e.starts))
    ),
    openings AS
    (
        SELECT opened, closed, open_before, 1 AS one
        FROM calendar_openings FINAL
        WHERE calendar_id = {calendar:String} AND revision = {revision:String}
    ),
    with_goal AS
    (
        SELECT b.*, o.open_before
            + if(b.started < o.opened, 0, toUnixTimestamp64Micro(least(b.started, o.closed)) - toUnixTimestamp64Micro(o.opened))
            + {within_us:Int64} AS goal
        FROM begun AS b
        ASOF LEFT JOIN openings AS o ON b.one = o.one AND b.started >= o.opened
    ),
    with_due AS
    (
        SELECT g.*, fromUnixTimestamp64Micro(toUnixTimestamp64Micro(o.opened) + g.goal - o.open_before, 'UTC') AS due
        FROM with_goal AS g
        ASOF INNER JOIN openings AS o ON g.one = o.one AND g.goal > o.open_before
    )
SELECT
    {sla_id:String} AS sla_id,
    {generation:String} AS generation,
    u.authority AS authority,
    u.key AS key,
    u.facility_id AS facility_id,
    u.item_id AS item_id,
    argMax(u.place, u.is_fresh) AS place,
    argMax(u.started, u.is_fresh) AS started,
    argMax(u.due, u.is_fresh) AS due,
    argMax(tuple(u.reached), u.is_fresh).1 AS reached,
    if(countIf(u.is_fresh = 1) = 0, 'void', argMax(u.verdict, u.is_fresh)) AS verdict,
    if(countIf(u.is_fresh = 1) = 0, toDateTime(0, 'UTC'), argMax(u.minute, u.is_fresh)) AS minute,
    anyIf(u.minute, u.is_fresh = 0) AS previous_minute,
    {stamp:DateTime64(3, 'UTC')} AS measured
FROM
(
    SELECT 1 AS is_fresh, authority, key, facility_id, item_id, place, started, due,
        if(empty(reached_at), NULL, reached_at[1]) AS reached,
        multiIf(notEmpty(reached_at) AND reached_at[1] <= due, 'good', {now:DateTime64(6, 'UTC')} > due, 'bad', 'open') AS verdict,
        multiIf(verdict = 'good', toStartOfMinute(toDateTime(reached_at[1], 'UTC')),
            verdict = 'bad', toStartOfMinute(toDateTime(due, 'UTC')), toDateTime(0, 'UTC')) AS minute
    FROM with_due
    UNION ALL
    SELECT 0 AS is_fresh, authority, key, facility_id, item_id, r.place AS place, r.started AS started, r.due AS due, r.reached AS reached,
        toString(r.verdict) AS verdict, r.minute AS minute
    FROM sla_instances AS r FINAL
    WHERE r.sla_id = {sla_id:String} AND r.generation = {generation:String} AND (key, authority) IN (SELECT key, authority FROM changed)
) AS u
GROUP BY u.authority, u.key, u.facility_id, u.item_id
HAVING countIf(u.is_fresh = 0) = 0
    OR (countIf(u.is_fresh = 1) = 0 AND anyIf(u.verdict, u.is_fresh = 0) != 'void')
    OR (countIf(u.is_fresh = 1) = 1
        AND anyIf((u.place, u.started, u.due, ifNull(u.reached, toDateTime64(0, 6, 'UTC')), u.verdict), u.is_fresh = 1)
            != anyIf((u.place, u.started, u.due, ifNull(u.reached, toDateTime64(0, 6, 'UTC')), u.verdict), u.is_fresh = 0))
