-- Failures of the interval, one row each however often they were sent, with the moment each was answered: the part all
-- questions about failures share (more follows it). resolved_at is 1970 while open. Answered by the first of: a success of the
-- same object at the same interface and facility (one that names no facility by a success anywhere); a steward who resolved
-- it; and where no object is named, a success of the same operation when the class passes by itself, or quiet time.
WITH
lower(substring(hex(SHA256(arrayStringConcat([interface_id, failure_class, object_type, object, operation], '|'))), 1, 16)) AS id_of_item,
asked AS
(
    SELECT
        failures.failure_id AS failure_id,
        toString(any(failures.interface_id)) AS interface_id,
        toString(any(failures.failure_class)) AS failure_class,
        toString(any(failures.object_type)) AS object_type,
        any(failures.object) AS object,
        if(object_type = '', toString(any(failures.operation)), '') AS operation,
        toString(any(failures.facility_id)) AS facility_id,
        any(failures.contract_id) AS contract_id,
        any(failures.item_id) AS item_id,
        any(failures.supplier_id) AS supplier_id,
        any(failures.purchase_order_id) AS purchase_order_id,
        any(failures.invoice_id) AS invoice_id,
        any(failures.message) AS message,
        any(failures.code) AS code,
        any(failures.correlation_id) AS correlation_id,
        toString(any(failures.source)) AS source,
        any(failures.time) AS time,
        min(failures.received) AS received
    FROM current_failures AS failures
    WHERE failures.time >= {start:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
        AND ({interface:String} = '' OR failures.interface_id = {interface:String})
        AND ({failure_class:String} = '' OR failures.failure_class = {failure_class:String})
        AND ({all_facilities:UInt8} OR failures.facility_id IN {facilities:Array(String)} OR failures.facility_id = '')
        AND ({key:String} = '' OR {key:String} IN (failures.object, failures.contract_id, failures.item_id, failures.supplier_id,
            failures.purchase_order_id, failures.invoice_id, failures.correlation_id, failures.run_id))
        AND (empty({objects:Array(String)}) OR failures.object IN {objects:Array(String)})
    GROUP BY failure_id
),
spaced AS
(
    SELECT
        *,
        id_of_item AS work_item,
        multiIf(object_type != '', object_type, failure_class IN {transient:Array(String)}, 'operation', 'none') AS answered_by,
        if(object_type = '', operation, object) AS subject,
        {quiet_seconds:Array(UInt32)}[indexOf({quiet_classes:Array(String)}, failure_class)] AS told_quiet,
        toIntervalSecond(if(told_quiet > 0, told_quiet, {quiet_default:UInt32})) AS quiet,
        leadInFrame(toNullable(time)) OVER (
            PARTITION BY interface_id, failure_class, object_type, object, operation, facility_id ORDER BY time, failure_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next_time,
        if(object_type = '' AND (next_time IS NULL OR next_time > time + quiet) AND time + quiet <= {now:DateTime64(6,'UTC')},
            toNullable(time + quiet), NULL) AS quiet_from
    FROM asked
),
followed AS
(
    SELECT
        *,
        min(quiet_from) OVER (
            PARTITION BY interface_id, failure_class, object_type, object, operation, facility_id ORDER BY time, failure_id
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS quiet_at
    FROM spaced
),
successes AS
(
    SELECT
        toString(object_successes.interface_id) AS interface_id,
        toString(object_successes.object_type) AS object_type,
        object_successes.object AS object,
        arrayJoin(arrayDistinct([toString(object_successes.facility_id), ''])) AS facility_id,
        object_successes.time AS time
    FROM object_successes
    WHERE object_successes.time >= {start:DateTime64(6,'UTC')}
        AND (object_successes.interface_id, object_successes.object_type, object_successes.object) IN (
            SELECT failures.interface_id, failures.object_type, failures.object FROM current_failures AS failures
            WHERE failures.time >= {start:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')} AND failures.object != ''
                AND ({interface:String} = '' OR failures.interface_id = {interface:String})
                AND ({failure_class:String} = '' OR failures.failure_class = {failure_class:String})
                AND (empty({objects:Array(String)}) OR failures.object IN {objects:Array(String)}))
    UNION ALL
    SELECT
        toString(operations_per_minute.interface_id) AS interface_id,
        'operation' AS object_type,
        arrayJoin(arrayDistinct([toString(operations_per_minute.operation), ''])) AS object,
        arrayJoin(arrayDistinct([toString(operations_per_minute.facility_id), ''])) AS facility_id,
        toDateTime64(max(operations_per_minute.last_success), 6, 'UTC') AS time
    FROM operations_per_minute
    WHERE operations_per_minute.minute >= toStartOfMinute(toDateTime({start:DateTime64(6,'UTC')}, 'UTC'))
        AND ((toString(operations_per_minute.interface_id), toString(operations_per_minute.operation)) IN (
                SELECT toString(failures.interface_id), toString(failures.operation) FROM current_failures AS failures
                WHERE failures.time >= {start:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
                    AND failures.object = '' AND failures.failure_class IN {transient:Array(String)}
                    AND (empty({objects:Array(String)}) OR has({objects:Array(String)}, '')))
            OR toString(operations_per_minute.interface_id) IN (
                SELECT toString(failures.interface_id) FROM current_failures AS failures
                WHERE failures.time >= {start:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
                    AND failures.object = '' AND failures.operation = '' AND failures.failure_class IN {transient:Array(String)}
                    AND (empty({objects:Array(String)}) OR has({objects:Array(String)}, ''))))
    GROUP BY interface_id, operations_per_minute.operation, operations_per_minute.facility_id, operations_per_minute.minute
    HAVING sum(operations_per_minute.spans) > sum(operations_per_minute.errors)
),
closed_by_stewards AS
(
    SELECT work_item_events.item_id AS work_item, work_item_events.time AS time
    FROM work_item_events
    WHERE work_item_events.kind = 'event' AND work_item_events.action = 'resolve' AND work_item_events.time >= {start:DateTime64(6,'UTC')}
        -- One who reopens it takes the resolving back.
        AND (work_item_events.item_id, work_item_events.time) NOT IN (
            SELECT resolving.item_id, resolving.time FROM work_item_events AS resolving
            INNER JOIN work_item_events AS reopening ON reopening.item_id = resolving.item_id
            WHERE resolving.kind = 'event' AND resolving.action = 'resolve' AND reopening.kind = 'event' AND reopening.action = 'reopen'
                AND reopening.time > resolving.time)
),
answered AS
(
    SELECT
        f.failure_id AS failure_id, f.work_item AS work_item, f.interface_id AS interface_id, f.failure_class AS failure_class,
        f.object_type AS object_type, f.object AS object, f.operation AS operation, f.facility_id AS facility_id,
        f.contract_id AS contract_id, f.item_id AS item_id, f.supplier_id AS supplier_id,
        f.purchase_order_id AS purchase_order_id, f.invoice_id AS invoice_id, f.message AS message, f.code AS code,
        f.correlation_id AS correlation_id, f.source AS source, f.time AS time, f.received AS received,
        toDateTime64(0, 6, 'UTC') AS never,
        arrayMin(arrayFilter(at -> at > never, [
            s.time, c.time, coalesce(f.quiet_at, never), toDateTime64('2299-01-01 00:00:00', 6, 'UTC')])) AS earliest,
        if(earliest = toDateTime64('2299-01-01 00:00:00', 6, 'UTC'), never, earliest) AS resolved_at,
        multiIf(resolved_at = never, '', resolved_at = s.time, 'success', resolved_at = c.time, 'steward', 'quiet') AS resolved_by
    FROM followed AS f
    ASOF LEFT JOIN successes AS s ON s.interface_id = f.interface_id AND s.object_type = f.answered_by AND s.object = f.subject
        AND s.facility_id = f.facility_id AND f.time < s.time
    ASOF LEFT JOIN closed_by_stewards AS c ON c.work_item = f.work_item AND f.time < c.time
)
