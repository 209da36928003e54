SELECT
    judged.failure_class AS failure_class,
    toUInt64(sum(judged.count)) AS failures,
    uniqExactIf(judged.work_item, judged.resolved_at = toDateTime64(0, 6, 'UTC')) AS open_objects,
    uniqExactIf(judged.facility_id, judged.facility_id != '') AS facilities
FROM judged
GROUP BY failure_class
ORDER BY failures DESC, failure_class
