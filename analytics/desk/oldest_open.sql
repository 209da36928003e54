-- Since when the oldest open item of failures is open, and what the open ones are of.
SELECT minOrNull(opened) AS oldest, groupUniqArray(object) AS objects
FROM
(
    SELECT item_id, min(time) AS opened, argMax(action, time) AS last, argMin(w.object, (action != 'opened', time)) AS object
    FROM work_item_events AS w
    WHERE kind = 'event' AND action IN ('opened', 'reopened', 'reopen', 'resolve', 'auto_resolved')
    GROUP BY item_id
    HAVING max(w.about) = 'failure'
)
WHERE last NOT IN ('resolve', 'auto_resolved')
