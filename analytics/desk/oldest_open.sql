SELECT minOrNull(opened) AS oldest
FROM
(
    SELECT item_id, min(time) AS opened, argMax(action, time) AS last
    FROM work_item_events
    WHERE kind = 'event' AND about = 'failure' AND action IN ('opened', 'reopened', 'reopen', 'resolve', 'auto_resolved')
    GROUP BY item_id
)
WHERE last NOT IN ('resolve', 'auto_resolved')
