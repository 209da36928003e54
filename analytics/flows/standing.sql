-- Where each instance stands by the reports and attempts known of it. Continues WITH known AS (…).
standing AS
(
    SELECT
        *,
        arrayMax(arrayMap(attempt -> attempt.3, attempts)) AS newest_attempt,
        arrayMax(reached) AS last_reached,
        reached[{completing:UInt8}] AS completed_at,
        if(completed_at > 0, 0, arrayMin(arrayFilter((at, ends) -> at > 0 AND ends, reached, {ending:Array(UInt8)}))) AS ended_at,
        arrayMin(arrayFilter(at -> at > 0, arrayConcat(reached, arrayMap(attempt -> attempt.3, attempts)))) AS earliest,
        if(reached[{first:UInt8}] > 0, reached[{first:UInt8}], earliest) AS started_at,
        if(last_reached > 0, last_reached, newest_attempt) AS last_at,
        greatest(last_reached, newest_attempt) AS newest_at,
        toUInt8(arrayLastIndex(at -> at = last_reached AND at > 0, reached)) AS last_step,
        arrayMax(arrayMap(attempt -> if(reached[attempt.1] = 0, attempt.1, 0), attempts)) AS attempted,
        toUInt8(multiIf(
            completed_at > 0 OR ended_at > 0, 0,
            attempted > 0, attempted,
            arrayFirstIndex((at, is_required) -> at = 0 AND is_required, reached, {required:Array(UInt8)}))) AS waiting_step,
        arrayFilter(attempt -> attempt.1 = waiting_step AND attempt.2 = 2, attempts) AS failures,
        arrayMax(arrayMap(attempt -> attempt.3, failures)) AS last_failed,
        if(last_failed > 0 AND last_failed >= arrayMax(arrayMap(attempt -> if(attempt.1 = waiting_step AND attempt.2 = 3, attempt.3, 0), attempts)),
            arrayMin(arrayMap(attempt -> attempt.3, failures)), 0) AS failing_since
    FROM known
),
