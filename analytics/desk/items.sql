,
owned AS
(
    SELECT
        *,
        if(assignee != '', assignee, {owners:Array(String)}[indexOf({classes:Array(String)}, failure_class)]) AS steward
    FROM states
),
waiting AS
(
    SELECT item_id, uniqExact(c.command_id) AS pending
    FROM work_item_events AS c
    WHERE c.kind = 'command' AND c.command_id NOT IN (SELECT d.command_id FROM work_item_events AS d WHERE d.kind IN ('event', 'refused'))
    GROUP BY item_id
)
SELECT
    owned.item_id AS item_id, owned.about AS about, owned.interface_id AS interface_id, owned.failure_class AS failure_class,
    owned.object_type AS object_type, owned.object AS object, owned.operation AS operation, toBool(owned.is_open) AS is_open,
    owned.steward AS steward, owned.assignee AS assignee, owned.due AS due, owned.tags AS tags, owned.comments AS comments,
    owned.opened AS opened, owned.resolved AS resolved, owned.resolved_by AS resolved_by, waiting.pending AS pending
FROM owned
LEFT JOIN waiting ON waiting.item_id = owned.item_id
WHERE (empty({item_ids:Array(String)}) OR owned.item_id IN {item_ids:Array(String)})
    AND (owned.is_open OR owned.resolved >= {start:DateTime64(6,'UTC')}) AND owned.opened < {end:DateTime64(6,'UTC')}
    AND ({state:String} = '' OR ({state:String} = 'open') = owned.is_open)
    AND ({steward:String} = '' OR owned.steward = {steward:String})
    AND ({failure_class:String} = '' OR owned.failure_class = {failure_class:String})
    AND ({interface:String} = '' OR owned.interface_id = {interface:String})
    AND ({tag:String} = '' OR has(owned.tags, {tag:String}))
    AND (NOT {overdue:UInt8} OR (owned.is_open AND owned.due < {now:DateTime64(6,'UTC')}))
ORDER BY owned.is_open DESC, isNull(owned.due), owned.due, owned.changed DESC, owned.item_id
LIMIT {limit:UInt32}
