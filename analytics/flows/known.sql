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
        arrayMap(step -> bitShiftRight(counted[indexOf(path, step)], 8), {numbers:Array(UInt8)}) AS reached,
        arraySort(attempt -> attempt.3, arrayMap(other -> (other.1, other.2, other.3), arrayFilter(other -> other.2 < 4, others))) AS attempts
    FROM told
),
