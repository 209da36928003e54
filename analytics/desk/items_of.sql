SELECT item_id, toBool(is_open) AS is_open, assignee, due, tags, comments, opened, resolved, resolved_by
FROM states
WHERE item_id IN {item_ids:Array(String)}
