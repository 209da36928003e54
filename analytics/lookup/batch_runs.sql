-- The states of some runs; newest before the cursor, total counts them all.
SELECT *
FROM
(
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
        coalesce(runs.finished, runs.time) AS time,
        toUnixTimestamp64Micro(time) AS moment,
        concat('batch_run ', hex(sipHash64(job, runs.run_id))) AS identity,
        count() OVER () AS total
    FROM batch_run_states AS runs
    WHERE runs.job IN {jobs:Array(String)} AND runs.run_id IN {runs:Array(String)}
        AND (toString(runs.job), runs.run_id) IN (SELECT arrayJoin(arrayZip({jobs:Array(String)}, {runs:Array(String)})))
        AND ({all_facilities:UInt8} OR runs.facility_id IN {facilities:Array(String)} OR runs.facility_id = '')
)
WHERE (moment, identity) < ({before:Int64}, {before_identity:String})
ORDER BY moment DESC, identity DESC
LIMIT {limit:UInt32}
