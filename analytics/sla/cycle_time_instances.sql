-- The verdict on every instance of the keys that received evidence or fell due since the last look.
-- A time before 1970 or after its receipt cannot be right and is in no duration; five minutes are allowed to clocks.
-- Instances are the finest (facility, item) known of a key; coarser evidence applies to all finer ones.
INSERT INTO sla_instances
    (sla_id, generation, authority, key, facility_id, item_id, place, started, due, reached, verdict, minute, previous_minute, measured)
WITH
    definitions AS
    (
        SELECT sla_id, generation, toString(flow) AS flow, toString(from_milestone) AS from_milestone, toString(to_milestone) AS to_milestone,
            per_facility, per_line, within_us, toString(calendar) AS calendar_id, toString(calendar_revision) AS openings_revision
        FROM slo_definitions FINAL
        WHERE revision = {revision:String} AND kind = 'cycle_time' AND sla_id IN {sla_ids:Array(String)}
    ),
    changed AS
    (
        SELECT DISTINCT toString(flow) AS flow, key, authority
        FROM current_milestones AS milestones
        WHERE toString(flow) IN (SELECT flow FROM definitions) AND received > {since:DateTime64(3, 'UTC')}
        UNION DISTINCT
        SELECT DISTINCT d.flow AS flow, i.key AS key, i.authority AS authority
        FROM sla_instances AS i
        INNER JOIN definitions AS d ON toString(i.sla_id) = d.sla_id AND toString(i.generation) = d.generation
        WHERE i.sla_id IN {sla_ids:Array(String)} AND i.verdict = 'open' AND i.due > {since:DateTime64(6, 'UTC')} AND i.due < {now:DateTime64(6, 'UTC')}
        UNION DISTINCT
        -- From the beginning: other rules may have left an instance without evidence.
        SELECT DISTINCT d.flow AS flow, i.key AS key, i.authority AS authority
        FROM sla_instances AS i
        INNER JOIN definitions AS d ON toString(i.sla_id) = d.sla_id AND toString(i.generation) = d.generation
        WHERE i.sla_id IN {sla_ids:Array(String)} AND {since:DateTime64(3, 'UTC')} = toDateTime64(0, 3, 'UTC')
            AND i.started > {now:DateTime64(6, 'UTC')} - INTERVAL 1000 DAY -- evidence is kept a little longer
    ),
    flows AS (SELECT flow, any(per_facility) AS per_facility, any(per_line) AS per_line, groupUniqArrayArray([from_milestone, to_milestone]) AS milestones FROM definitions GROUP BY flow),
    -- The instants at which each milestone that some SLA names was reached: once per flow, however many SLAs there are.
    evidence AS MATERIALIZED
    (
        SELECT
            m.flow AS flow,
            m.authority AS authority,
            m.key AS key,
            if(f.per_facility = 1, m.facility_id, '') AS facility,
            if(f.per_line = 1, m.item_id, '') AS item,
            max(m.facility_id) AS place,
            groupUniqArrayIf((m.milestone, m.time), has(f.milestones, m.milestone) AND m.outcome = 'reached' AND m.time >= toDateTime64(0, 6, 'UTC')
                AND m.time <= m.received + INTERVAL 5 MINUTE) AS reached
        FROM
        (
            SELECT toString(flow) AS flow, authority, key, toString(facility_id) AS facility_id, item_id, toString(milestone) AS milestone,
                toString(outcome) AS outcome, time, received
            FROM current_milestones
            WHERE toString(flow) IN (SELECT flow FROM definitions) AND (toString(flow), key, authority) IN (SELECT flow, key, authority FROM changed)
        ) AS m
        INNER JOIN flows AS f ON m.flow = f.flow
        GROUP BY flow, authority, key, facility, item
    ),
    leaves AS
    (
        SELECT flow, authority, key, facility, item, arrayJoin(arrayDistinct([(facility, item), (facility, ''), ('', item), ('', '')])) AS level
        FROM
        (
            SELECT flow, authority, key, facility, item,
                max(item != '') OVER (PARTITION BY flow, authority, key, facility) AS facility_has_items,
                max(facility != '') OVER (PARTITION BY flow, authority, key, item) AS item_has_facilities,
                count() OVER (PARTITION BY flow, authority, key) AS of_key
            FROM evidence
        )
        WHERE (facility != '' AND item != '') OR (facility != '' AND NOT facility_has_items)
            OR (facility = '' AND item != '' AND NOT item_has_facilities) OR of_key = 1
    ),
    known AS
    (
        SELECT l.flow AS flow, l.authority AS authority, l.key AS key, l.facility AS facility_id, l.item AS item_id, max(e.place) AS place,
            groupArrayArray(e.reached) AS reached
        FROM leaves AS l
        INNER JOIN evidence AS e ON l.flow = e.flow AND l.authority = e.authority AND l.key = e.key AND l.level.1 = e.facility AND l.level.2 = e.item
        GROUP BY l.flow, l.authority, l.key, l.facility, l.item
    ),
    begun AS
    (
        SELECT d.sla_id AS sla_id, d.generation AS generation, d.calendar_id AS calendar_id, d.openings_revision AS openings_revision, d.within_us AS within_us,
            k.authority AS authority, k.key AS key, k.facility_id AS facility_id, k.item_id AS item_id, k.place AS place,
            arrayMin(arrayMap(x -> x.2, arrayFilter(x -> x.1 = d.from_milestone, k.reached))) AS started,
            arraySort(arrayFilter(t -> t >= started, arrayMap(x -> x.2, arrayFilter(x -> x.1 = d.to_milestone, k.reached)))) AS reached_at
        FROM known AS k
        INNER JOIN definitions AS d ON k.flow = d.flow
        WHERE arrayExists(x -> x.1 = d.from_milestone, k.reached)
    ),
    openings AS
    (
        SELECT toString(calendar_id) AS calendar_id, toString(o.revision) AS openings_revision, opened, closed, open_before
        FROM calendar_openings AS o FINAL
        WHERE (toString(o.calendar_id), toString(o.revision)) IN (SELECT calendar_id, openings_revision FROM definitions)
    ),
    with_goal AS
    (
        SELECT b.sla_id AS sla_id, b.generation AS generation, b.calendar_id AS calendar_id, b.openings_revision AS openings_revision, b.authority AS authority, b.key AS key,
            b.facility_id AS facility_id, b.item_id AS item_id, b.place AS place, b.started AS started, b.reached_at AS reached_at,
            o.open_before + if(b.started < o.opened, 0, toUnixTimestamp64Micro(least(b.started, o.closed)) - toUnixTimestamp64Micro(o.opened))
                + b.within_us AS goal
        FROM begun AS b
        ASOF LEFT JOIN openings AS o ON b.calendar_id = o.calendar_id AND b.openings_revision = o.openings_revision AND b.started >= o.opened
    ),
    with_due AS
    (
        SELECT g.sla_id AS sla_id, g.generation AS generation, g.authority AS authority, g.key AS key, g.facility_id AS facility_id, g.item_id AS item_id,
            g.place AS place, g.started AS started, g.reached_at AS reached_at,
            fromUnixTimestamp64Micro(toUnixTimestamp64Micro(o.opened) + g.goal - o.open_before, 'UTC') AS due
        FROM with_goal AS g
        ASOF INNER JOIN openings AS o ON g.calendar_id = o.calendar_id AND g.openings_revision = o.openings_revision AND g.goal > o.open_before
    )
SELECT
    u.sla_id AS sla_id,
    u.generation AS generation,
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
    SELECT 1 AS is_fresh, sla_id, generation, authority, key, facility_id, item_id, place, started, due,
        if(empty(reached_at), NULL, reached_at[1]) AS reached,
        multiIf(notEmpty(reached_at) AND reached_at[1] <= due, 'good', {now:DateTime64(6, 'UTC')} > due, 'bad', 'open') AS verdict,
        multiIf(verdict = 'good', toStartOfMinute(toDateTime(reached_at[1], 'UTC')),
            verdict = 'bad', toStartOfMinute(toDateTime(due, 'UTC')), toDateTime(0, 'UTC')) AS minute
    FROM with_due
    UNION ALL
    SELECT 0 AS is_fresh, d.sla_id AS sla_id, d.generation AS generation, r.authority AS authority, r.key AS key, toString(r.facility_id) AS facility_id,
        r.item_id AS item_id, toString(r.place) AS place, r.started AS started, r.due AS due, r.reached AS reached, toString(r.verdict) AS verdict, r.minute AS minute
    FROM (SELECT * FROM sla_instances FINAL WHERE sla_id IN {sla_ids:Array(String)}) AS r
    INNER JOIN definitions AS d ON toString(r.sla_id) = d.sla_id AND toString(r.generation) = d.generation
    WHERE (d.flow, r.key, r.authority) IN (SELECT flow, key, authority FROM changed)
) AS u
GROUP BY u.sla_id, u.generation, u.authority, u.key, u.facility_id, u.item_id
HAVING countIf(u.is_fresh = 0) = 0
    OR (countIf(u.is_fresh = 1) = 0 AND anyIf(u.verdict, u.is_fresh = 0) != 'void')
    OR (countIf(u.is_fresh = 1) = 1
        AND anyIf((u.place, u.started, u.due, ifNull(u.reached, toDateTime64(0, 6, 'UTC')), u.verdict), u.is_fresh = 1)
            != anyIf((u.place, u.started, u.due, ifNull(u.reached, toDateTime64(0, 6, 'UTC')), u.verdict), u.is_fresh = 0))
