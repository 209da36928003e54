-- The verdict on every expected day of a job.
-- A run without a business date belongs to the date it finished on, in the calendar's zone.
INSERT INTO sla_instances
    (sla_id, generation, authority, key, facility_id, item_id, place, started, due, reached, verdict, minute, previous_minute, measured)
WITH
    runs AS
    (
        SELECT
            run_id,
            status AS state,
            finished AS told_finish,
            business_date AS told_day,
            records_read AS read,
            records_rejected AS rejected,
            records_read >= {min_records:UInt64} OR {min_records:UInt64} = 0 AS enough,
            ifNull(control_total_expected = control_total_actual, 1) AND ifNull(records_expected = records_read, 1) AS totals_agree,
            facility_id AS place,
            success_heard AS told
        FROM batch_run_states
        WHERE job = {job:String}
    ),
    finished_days AS
    (
        SELECT toString(coalesce(toDate(told_day), toDate(toTimeZone(finish, {zone:String})))) AS day, min(finish) AS reached, max(place) AS place
        FROM (SELECT *, assumeNotNull(coalesce(told_finish, toDateTime64(told, 6, 'UTC'))) AS finish FROM runs)
        WHERE state IN ('succeeded', 'partial') AND ifNull(enough, 0) AND (totals_agree OR NOT {control_totals:UInt8}) AND ifNull(rejected, 0) <= {max_reject_share:Float64} * ifNull(read, ifNull(rejected, 0))
        GROUP BY day
    ),
    expected AS
    (
        SELECT d.1 AS day, d.2 AS due
        FROM (SELECT arrayJoin(arrayZip({days:Array(String)}, {deadlines:Array(DateTime64(6, 'UTC'))})) AS d)
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
    SELECT 1 AS is_fresh, '' AS authority, e.day AS key, '' AS facility_id, '' AS item_id, f.place AS place, e.due AS started, e.due AS due,
        if(f.day = '', NULL, f.reached) AS reached,
        multiIf({now:DateTime64(6, 'UTC')} <= e.due, 'open', f.day != '' AND f.reached <= e.due, 'good', 'bad') AS verdict,
        if(verdict = 'open', toDateTime(0, 'UTC'), toStartOfMinute(toDateTime(e.due, 'UTC'))) AS minute
    FROM expected AS e
    LEFT JOIN finished_days AS f ON e.day = f.day
    UNION ALL
    SELECT 0 AS is_fresh, authority, key, facility_id, item_id, r.place AS place, r.started AS started, r.due AS due, r.reached AS reached,
        toString(r.verdict) AS verdict, r.minute AS minute
    FROM sla_instances AS r FINAL
    WHERE r.sla_id = {sla_id:String} AND r.generation = {generation:String} AND key IN {days:Array(String)}
) AS u
GROUP BY u.authority, u.key, u.facility_id, u.item_id
HAVING countIf(u.is_fresh = 0) = 0
    OR (countIf(u.is_fresh = 1) = 0 AND anyIf(u.verdict, u.is_fresh = 0) != 'void')
    OR (countIf(u.is_fresh = 1) = 1
        AND anyIf((u.place, u.started, u.due, ifNull(u.reached, toDateTime64(0, 6, 'UTC')), u.verdict), u.is_fresh = 1)
            != anyIf((u.place, u.started, u.due, ifNull(u.reached, toDateTime64(0, 6, 'UTC')), u.verdict), u.is_fresh = 0))
