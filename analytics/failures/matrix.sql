SELECT
    judged.interface_id AS interface_id,
    judged.failure_class AS failure_class,
    toUInt64(sum(judged.count)) AS failures,
    uniqExactIf(judged.work_item, judged.resolved_at = toDateTime64(0, 6, 'UTC')) AS open_objects
FROM judged
GROUP BY interface_id, failure_class
ORDER BY failures DESC, interface_id, failure_class
