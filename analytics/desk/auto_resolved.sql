-- Open items whose object has succeeded everywhere since they were opened (or reopened by hand).
SELECT
    judged.work_item AS item_id,
    max(judged.resolved_at) AS time,
    'event' AS kind,
    'auto_resolved' AS action,
    'supplyscope' AS actor,
    argMax(judged.resolved_by, judged.resolved_at) AS value,
    'failure' AS about,
    judged.interface_id AS interface_id, judged.failure_class AS failure_class, judged.object_type AS object_type,
    judged.object AS object, judged.operation AS operation
FROM judged
INNER JOIN
(
    SELECT w.item_id AS work_item, argMax((w.action, w.time), w.time) AS last
    FROM work_item_events AS w
    WHERE w.kind = 'event' AND w.action IN ('opened', 'reopened', 'reopen', 'resolve', 'auto_resolved')
    GROUP BY work_item
    HAVING last.1 IN ('opened', 'reopened', 'reopen')
) AS open_items ON open_items.work_item = judged.work_item
GROUP BY judged.work_item, judged.interface_id, judged.failure_class, judged.object_type, judged.object, judged.operation
HAVING countIf(judged.resolved_at = toDateTime64(0, 6, 'UTC')) = 0 AND time > any(open_items.last.2)
