-- The state of every instance at as_of, and what is to be expected of it.
-- waited: seconds it has waited for its step; longer: of those that waited for it lately, how long the ones took that took longer.
delays AS
(
    SELECT
        *,
        {as_of_us:Int64} AS as_of,
        if(waiting_step > 0, {expected:Array(Int64)}[waiting_step], 0) AS allowed,
        if(allowed > 0 AND last_at + allowed < as_of, last_at + allowed, 0) AS overdue_since,
        if({abandoned_after:Int64} > 0 AND newest_at + {abandoned_after:Int64} < as_of, newest_at + {abandoned_after:Int64}, 0) AS silent_since,
        if({completes_within:Int64} > 0 AND waiting_step > 0, started_at + {completes_within:Int64}, 0) AS due_at,
        if(waiting_step > 0, {remaining:Array(Array(Float64))}[waiting_step], []) AS usual,
        (as_of - greatest(started_at, arrayMax(arrayMap((at, is_required, step) -> if(is_required AND step < waiting_step, at, 0),
            reached, {required:Array(UInt8)}, {numbers:Array(UInt8)})))) / 1000000 AS waited,
        arrayFilter(seconds -> seconds > waited, usual) AS longer,
        if(empty(longer), NULL, longer[intDiv(length(longer) + 1, 2)] - waited) AS expected_left,
        if(empty(longer), NULL, longer[intDiv(length(longer) * 9 + 9, 10)] - waited) AS p90_left
    FROM stands
),
judged AS
(
    SELECT
        key, authority, facility_id, item_id, effective, place, supplier_id, path, reached, completed_at, started_at, last_at, last_step,
        if(state = 'abandoned', 0, delays.waiting_step) AS waiting_step, ended_at, failing_since, overdue_since, silent_since, due_at, newest_at, earliest,
        expected_left, p90_left,
        multiIf(
            completed_at > 0, 'completed',
            ended_at > 0 OR silent_since > 0, 'abandoned',
            failing_since > 0 OR overdue_since > 0, 'stuck',
            due_at > 0 AND notEmpty(usual) AND (due_at < as_of OR p90_left IS NULL OR p90_left > (due_at - as_of) / 1000000), 'at_risk',
            'in_flight') AS state,
        multiIf(
            state = 'completed', '',
            ended_at > 0, 'withdrawn',
            state = 'abandoned', 'silent',
            failing_since > 0 AND (overdue_since = 0 OR failing_since <= overdue_since), 'refused',
            state = 'stuck', 'overdue',
            state = 'at_risk', if(due_at < as_of, 'late', 'slow'),
            '') AS reason,
        if(failing_since > 0 AND overdue_since > 0, least(failing_since, overdue_since), greatest(failing_since, overdue_since)) AS stuck_at,
        (completed_at - started_at) / 1000000 AS cycle_seconds
    FROM delays
)
