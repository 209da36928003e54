-- Where every instance stands: what it waits for, since when it should have gone on, and its cycle time.
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
