-- Work items as their events leave them (the same as record.folded): the part all questions about the desk share.
WITH
history AS
(
    SELECT
        item_id,
        max(toString(about)) AS about,
        argMin((toString(interface_id), toString(failure_class), toString(object_type), object, toString(operation)), (action != 'opened', time)) AS subject,
        minIf(time, 1) AS opened,
        argMaxIf((time, toString(action), actor), time, action IN ('opened', 'reopened', 'reopen', 'resolve', 'auto_resolved')) AS last,
        argMaxIf(value, time, action = 'assign') AS assignee,
        argMaxIf(value, time, action = 'due') AS due_text,
        countIf(action = 'comment') AS comments,
        arraySort(groupArrayIf((time, toString(action), value), action IN ('tag', 'untag'))) AS tagging,
        max(time) AS changed
    FROM (SELECT * FROM work_item_events FINAL WHERE kind = 'event')
    GROUP BY item_id
),
states AS
(
    SELECT
        history.item_id AS item_id,
        history.about AS about,
        history.subject.1 AS interface_id, history.subject.2 AS failure_class, history.subject.3 AS object_type,
        history.subject.4 AS object, history.subject.5 AS operation,
        history.last.2 NOT IN ('resolve', 'auto_resolved') AS is_open,
        history.assignee AS assignee,
        parseDateTime64BestEffortOrNull(history.due_text, 6, 'UTC') AS due,
        arraySort(arrayFold((kept, t) -> if(t.2 = 'tag', arrayPushBack(arrayFilter(k -> k != t.3, kept), t.3), arrayFilter(k -> k != t.3, kept)),
            history.tagging, emptyArrayString())) AS tags,
        toUInt64(history.comments) AS comments,
        history.opened AS opened,
        if(is_open, NULL, history.last.1) AS resolved,
        if(is_open, '', history.last.3) AS resolved_by,
        history.changed AS changed
    FROM history
)
