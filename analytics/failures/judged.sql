,
judged AS
(
    SELECT
        answered.work_item AS work_item,
        answered.interface_id AS interface_id,
        answered.failure_class AS failure_class,
        answered.object_type AS object_type,
        answered.object AS object,
        answered.operation AS operation,
        answered.facility_id AS facility_id,
        count() AS count,
        uniqExact(answered.contract_id, answered.item_id, answered.supplier_id, answered.purchase_order_id, answered.invoice_id) AS records,
        uniqExact(answered.resolved_at) AS episodes,
        min(answered.time) AS first_seen,
        max(answered.time) AS last_seen,
        argMax((answered.message, answered.code, answered.supplier_id, answered.source), (answered.time, answered.failure_id)) AS newest,
        groupUniqArrayIf(20)(answered.contract_id, answered.contract_id != '') AS contracts,
        groupUniqArrayIf(20)(answered.item_id, answered.item_id != '') AS items,
        groupUniqArrayIf(20)((answered.time, answered.correlation_id), answered.correlation_id != '') AS correlations,
        argMax((answered.resolved_at, answered.resolved_by), (answered.time, answered.failure_id)) AS end,
        end.1 AS resolved_at,
        end.2 AS resolved_by
    FROM answered
    GROUP BY work_item, interface_id, failure_class, object_type, object, operation, facility_id
)
