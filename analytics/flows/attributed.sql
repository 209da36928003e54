-- Each microsecond from start to completion (else to the newest evidence) belongs to the step that was waited for: the highest
-- attempted and not reached, else the first required one not reached. Continues WITH known, standing.
-- passed: when the flow had gone past each step. moments: with attempts the awaited step changes at more of them.
attributed AS
(
    SELECT
        *,
        multiIf(completed_at > 0, completed_at, ended_at > 0, ended_at, newest_at) AS until,
        -- A required step that a completed instance never reported was not waited for.
        arrayMap((at, is_required) -> multiIf(
            NOT is_required, started_at,
            at > 0, greatest(least(at, until), started_at),
            completed_at > 0, started_at,
            greatest(until, started_at)), reached, {required:Array(UInt8)}) AS gone,
        -- The running maximum: behind it by what the falls so far, less the rises, still amount to.
        arrayMap((at, behind) -> at + behind, gone, arrayCumSumNonNegative(arrayMap(rise -> -rise, arrayDifference(gone)))) AS passed,
        arraySort(arrayDistinct(arrayConcat(if(empty(attempts), [], [started_at, greatest(until, started_at)]),
            arrayFilter(at -> at > started_at AND at < until, arrayConcat(if(empty(attempts), [], reached), arrayMap(attempt -> attempt.3, attempts)))))) AS moments,
        arrayMap(moment -> if(
            (arrayMax(arrayMap(attempt -> if(attempt.3 <= moment AND (reached[attempt.1] = 0 OR reached[attempt.1] > moment), attempt.1, 0), attempts)) AS tried) > 0,
            tried,
            arrayFirstIndex((at, is_required) -> is_required AND (at > moment OR at = 0 AND completed_at = 0), reached, {required:Array(UInt8)})), moments) AS awaited
    FROM standing
),
