-- Reports and attempts by step: the first time a step was reached counts, what was taken back does not, and an amendment says it anew.
known AS
(
    SELECT
        key, authority, facility_id, item_id, effective, place, supplier_id, newest_received,
        if(arrayExists(other -> other.2 > 3, others),
            arraySort(arrayConcat(
                arrayFilter(report -> NOT arrayExists(other -> other.1 = bitAnd(report, 255)
                    AND (other.2 = 5 OR other.2 = 4 AND bitShiftRight(report, 8) <= other.3), others), reports),
                arrayMap(step -> arrayReverseSort(other -> other.4, arrayFilter(other -> other.1 = step AND other.2 = 5, others))[1].3 * 256 + step,
                    arrayDistinct(arrayMap(other -> other.1, arrayFilter(other -> other.2 = 5, others)))))),
            reports) AS counted,
        arrayMap(report -> toUInt8(bitAnd(report, 255)), counted) AS path,
        -- Most go in order: their times are those of the steps already. For the others each step is looked for.
        arrayMap(report -> bitShiftRight(report, 8), counted) AS times,
        path = arrayResize({numbers:Array(UInt8)}, length(path)) AS in_order,
        if(in_order, arrayResize(times, length({numbers:Array(UInt8)})),
            arrayMap(step -> times[indexOf(path, step)], if(in_order, [], {numbers:Array(UInt8)}))) AS reached,
        arraySort(attempt -> attempt.3, arrayMap(other -> (other.1, other.2, other.3), arrayFilter(other -> other.2 < 4, others))) AS attempts
    FROM told
),
