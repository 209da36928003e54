SELECT
    toString(runs.job) AS job,
    runs.run_id AS run_id,
    runs.status AS status,
    runs.facility_id AS facility_id,
    runs.correlation_id AS correlation_id,
    runs.message AS message,
    runs.file_name AS file_name,
    runs.records_rejected AS records_rejected,
    runs.records_read AS records_read,
    coalesce(runs.finished, runs.time) AS time
FROM batch_run_states AS runs
WHERE (runs.job, runs.run_id) IN (
        SELECT batch_runs.job, batch_runs.run_id FROM batch_runs
        WHERE (batch_runs.correlation_id IN {correlations:Array(String)} AND batch_runs.correlation_id != '')
            OR {searched:String} IN (batch_runs.run_id, batch_runs.file_name, batch_runs.job)
        UNION DISTINCT
        SELECT batch_rejects.job, batch_rejects.run_id FROM batch_rejects
        WHERE batch_rejects.correlation_id IN {correlations:Array(String)} AND batch_rejects.correlation_id != '')
    AND ({all_facilities:UInt8} OR runs.facility_id IN {facilities:Array(String)} OR runs.facility_id = '')
ORDER BY time DESC
LIMIT {limit:UInt32}
