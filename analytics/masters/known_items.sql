SELECT DISTINCT item_id FROM work_item_events WHERE kind = 'event' AND item_id IN {item_ids:Array(String)}
