-- A run is told by several reports: of each column the newest that said anything counts. Of reports received in the same
-- instant the further one is taken as the newer. A run lies where it started, else finished, else was first heard of.
WITH
reports AS
(
    SELECT
        *,
        (received, indexOf(['started', 'running', 'partial', 'failed', 'succeeded'], toString(status))) AS age
    FROM batch_runs
    -- A report cannot come before its run; a day is left for clocks that disagree, a month for the longest run.
    WHERE received >= {start:DateTime64(6,'UTC')} - INTERVAL 32 DAY AND ({job:String} = '' OR job = {job:String})
)
SELECT
    job,
    run_id,
    argMaxIf(toString(r.interface_id), age, r.interface_id != '') AS interface_id,
    argMaxIf(toString(r.facility_id), age, r.facility_id != '') AS facility_id,
    argMax(toString(r.status), age) AS status,
    argMax(r.started, age) AS started,
    argMax(r.finished, age) AS finished,
    argMax(r.business_date, age) AS business_date,
    argMaxIf(r.file_name, age, r.file_name != '') AS file_name,
    argMax(r.records_expected, age) AS records_expected,
    argMax(r.records_read, age) AS records_read,
    argMax(r.records_accepted, age) AS records_accepted,
    argMax(r.records_rejected, age) AS records_rejected,
    argMax(r.control_total_expected, age) AS control_total_expected,
    argMax(r.control_total_actual, age) AS control_total_actual,
    control_total_actual - control_total_expected AS control_total_off,
    argMaxIf(r.message, age, r.message != '') AS message,
    argMaxIf(r.correlation_id, age, r.correlation_id != '') AS correlation_id,
    max(r.received) AS received
FROM reports AS r
GROUP BY job, run_id
HAVING coalesce(started, finished, toDateTime64(min(r.received), 6, 'UTC')) >= {start:DateTime64(6,'UTC')}
    AND coalesce(started, finished, toDateTime64(min(r.received), 6, 'UTC')) < {end:DateTime64(6,'UTC')}
    AND ({status:String} = '' OR status = {status:String})
    AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
ORDER BY coalesce(started, finished, toDateTime64(min(r.received), 6, 'UTC')) DESC, job, run_id
LIMIT {limit:UInt32}
