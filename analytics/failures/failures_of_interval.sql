-- Failures of the interval, one row each however often they were sent, with the moment their object next succeeded at
-- the same interface and facility: the part all questions about failures share (a SELECT follows it).
-- resolved_at is 1970 while open. A failure that names no object stays open: nothing tells its retry from other work.
WITH
asked AS
(
    SELECT
        failures.failure_id AS failure_id,
        toString(any(failures.interface_id)) AS interface_id,
        toString(any(failures.failure_class)) AS failure_class,
        toString(any(failures.object_type)) AS object_type,
        any(failures.object) AS object,
        toString(any(failures.facility_id)) AS facility_id,
        any(failures.contract_id) AS contract_id,
        any(failures.item_id) AS item_id,
        any(failures.supplier_id) AS supplier_id,
        any(failures.message) AS message,
        any(failures.code) AS code,
        any(failures.correlation_id) AS correlation_id,
        any(failures.time) AS time
    FROM current_failures AS failures
    WHERE failures.time >= {start:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
        AND ({interface:String} = '' OR failures.interface_id = {interface:String})
        AND ({failure_class:String} = '' OR failures.failure_class = {failure_class:String})
        AND ({all_facilities:UInt8} OR failures.facility_id IN {facilities:Array(String)} OR failures.facility_id = '')
        AND ({key:String} = '' OR {key:String} IN (failures.object, failures.contract_id, failures.item_id, failures.supplier_id,
            failures.purchase_order_id, failures.invoice_id, failures.correlation_id, failures.run_id))
    GROUP BY failure_id
),
last_failures AS
(
    SELECT
        asked.interface_id AS interface_id,
        asked.failure_class AS failure_class,
        asked.object_type AS object_type,
        asked.object AS object,
        asked.facility_id AS facility_id,
        count() AS count,
        min(asked.time) AS first_seen,
        max(asked.time) AS last_seen,
        argMax((asked.message, asked.code, asked.supplier_id), (asked.time, asked.failure_id)) AS newest,
        groupUniqArrayIf(20)(asked.contract_id, asked.contract_id != '') AS contracts,
        groupUniqArrayIf(20)(asked.item_id, asked.item_id != '') AS items,
        groupUniqArrayIf(20)((asked.time, asked.correlation_id), asked.correlation_id != '') AS correlations
    FROM asked
    GROUP BY interface_id, failure_class, object_type, object, facility_id
),
-- A success at one facility also answers a failure that named none.
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
            WHERE failures.time >= {start:DateTime64(6,'UTC')} AND failures.time < {end:DateTime64(6,'UTC')}
                AND ({interface:String} = '' OR failures.interface_id = {interface:String})
                AND ({failure_class:String} = '' OR failures.failure_class = {failure_class:String}))
),
judged AS
(
    SELECT
        last_failures.interface_id AS interface_id,
        last_failures.failure_class AS failure_class,
        last_failures.object_type AS object_type,
        last_failures.object AS object,
        last_failures.facility_id AS facility_id,
        last_failures.count AS count,
        last_failures.first_seen AS first_seen,
        last_failures.last_seen AS last_seen,
        last_failures.newest AS newest,
        last_failures.contracts AS contracts,
        last_failures.items AS items,
        last_failures.correlations AS correlations,
        successes.time AS resolved_at
    FROM last_failures
    ASOF LEFT JOIN successes ON successes.interface_id = last_failures.interface_id
        AND successes.object_type = last_failures.object_type AND successes.object = last_failures.object
        AND successes.facility_id = last_failures.facility_id AND last_failures.last_seen < successes.time
)
