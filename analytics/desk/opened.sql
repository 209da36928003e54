-- Work items of failures received in (since, until] that have none yet, or whose last one was resolved before the failure.
INSERT INTO work_item_events (item_id, time, kind, action, actor, about, interface_id, failure_class, object_type, object, operation)
WITH
lower(substring(hex(SHA256(arrayStringConcat([interface_id, failure_class, object_type, object, operation], '|'))), 1, 16)) AS id_of_item,
failed AS
(
    SELECT
        id_of_item AS item_id, interface_id, failure_class, object_type, object, operation, arraySort(groupArray(time)) AS times
    FROM
    (
        SELECT
            toString(f.interface_id) AS interface_id, toString(f.failure_class) AS failure_class, toString(f.object_type) AS object_type,
            f.object AS object, if(f.object_type = '', toString(f.operation), '') AS operation, f.time AS time
        FROM current_failures AS f
        WHERE f.received > {since:DateTime64(3,'UTC')} AND f.received <= {until:DateTime64(3,'UTC')}
    )
    GROUP BY item_id, interface_id, failure_class, object_type, object, operation
),
known AS
(
    SELECT item_id, argMax((toString(action), time), time) AS last
    FROM work_item_events
    WHERE kind = 'event' AND action IN ('opened', 'reopened', 'reopen', 'resolve', 'auto_resolved') AND item_id IN (SELECT item_id FROM failed)
    GROUP BY item_id
)
SELECT
    failed.item_id AS item_id,
    if(known.last.1 = '', failed.times[1], arrayFirst(at -> at > known.last.2, failed.times)) AS time,
    'event' AS kind,
    if(known.last.1 = '', 'opened', 'reopened') AS action,
    'supplyscope' AS actor,
    'failure' AS about,
    failed.interface_id AS interface_id, failed.failure_class AS failure_class, failed.object_type AS object_type,
    failed.object AS object, failed.operation AS operation
FROM failed
LEFT JOIN known ON known.item_id = failed.item_id
WHERE known.last.1 = '' OR (known.last.1 IN ('resolve', 'auto_resolved') AND failed.times[-1] > known.last.2)
