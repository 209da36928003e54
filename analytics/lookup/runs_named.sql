-- Batch runs of the story by name, before their states are put together, which costs more.
SELECT DISTINCT toString(job) AS job, run_id
FROM
(
    SELECT batch_runs.job AS job, batch_runs.run_id AS run_id FROM batch_runs
    WHERE (batch_runs.correlation_id IN {correlations:Array(String)} AND batch_runs.correlation_id != '')
        OR {searched:String} IN (batch_runs.run_id, batch_runs.file_name, batch_runs.job)
    UNION ALL
    SELECT batch_rejects.job AS job, batch_rejects.run_id AS run_id FROM batch_rejects
    WHERE hasAny([batch_rejects.correlation_id, batch_rejects.contract_id, batch_rejects.item_id, batch_rejects.purchase_order_id,
            batch_rejects.invoice_id, batch_rejects.run_id], {correlations:Array(String)})
        AND batch_rejects.correlation_id IN {correlations:Array(String)} AND batch_rejects.correlation_id != ''
)
