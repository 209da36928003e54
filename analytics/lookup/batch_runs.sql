SELECT
    toString(batch_runs.job) AS job,
    batch_runs.run_id AS run_id,
    argMax(toString(batch_runs.status), batch_runs.received) AS status,
    toString(any(batch_runs.facility_id)) AS facility_id,
    max(batch_runs.correlation_id) AS correlation_id,
    argMax(batch_runs.message, batch_runs.received) AS message,
    max(batch_runs.file_name) AS file_name,
    max(batch_runs.records_rejected) AS records_rejected,
    max(batch_runs.records_read) AS records_read,
    coalesce(max(batch_runs.finished), max(batch_runs.started), toDateTime64(max(batch_runs.received), 6, 'UTC')) AS time
FROM batch_runs
WHERE (batch_runs.job, batch_runs.run_id) IN (
        SELECT batch_runs.job, batch_runs.run_id FROM batch_runs
        WHERE (batch_runs.correlation_id IN {correlations:Array(String)} AND batch_runs.correlation_id != '')
            OR {searched:String} IN (batch_runs.run_id, batch_runs.file_name, batch_runs.job)
        UNION DISTINCT
        SELECT batch_rejects.job, batch_rejects.run_id FROM batch_rejects
        WHERE batch_rejects.correlation_id IN {correlations:Array(String)} AND batch_rejects.correlation_id != '')
    AND ({all_facilities:UInt8} OR batch_runs.facility_id IN {facilities:Array(String)} OR batch_runs.facility_id = '')
GROUP BY job, run_id
ORDER BY time DESC
LIMIT {limit:UInt32}
