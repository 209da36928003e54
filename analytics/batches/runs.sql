-- A run lies where it started, else finished, else was first heard of. rejects_listed counts each refused record once.
WITH listed AS
(
    SELECT job, run_id, uniqExact(line, code, item_id, facility_id) AS rejects
    FROM batch_rejects
    WHERE {job:String} = '' OR job = {job:String}
    GROUP BY job, run_id
)
SELECT
    toString(s.job) AS job,
    s.run_id AS run_id,
    s.interface_id AS interface_id,
    s.facility_id AS facility_id,
    s.status AS status,
    s.started AS started,
    s.finished AS finished,
    (toUnixTimestamp64Micro(s.finished) - toUnixTimestamp64Micro(s.started)) / 1e6 AS seconds,
    s.business_date AS business_date,
    s.file_name AS file_name,
    s.records_expected AS records_expected,
    s.records_read AS records_read,
    s.records_accepted AS records_accepted,
    s.records_rejected AS records_rejected,
    listed.rejects AS rejects_listed,
    s.control_total_expected AS control_total_expected,
    s.control_total_actual AS control_total_actual,
    s.control_total_actual - s.control_total_expected AS control_total_off,
    s.message AS message,
    s.correlation_id AS correlation_id,
    s.source AS source,
    arrayMap(flag -> flag.1, arrayFilter(flag -> ifNull(flag.2, 0), [
        ('counts do not add up', records_read != records_accepted + records_rejected),
        ('not every record was read', records_expected != records_read AND status NOT IN ('started', 'running')),
        ('rejects listed differ', rejects_listed > 0 AND rejects_listed != records_rejected),
        ('succeeded with rejects', status = 'succeeded' AND (records_rejected > 0 OR rejects_listed > 0)),
        ('control total off', control_total_off != 0)])) AS flags,
    s.received AS received
FROM batch_run_states AS s
LEFT JOIN listed ON listed.job = s.job AND listed.run_id = s.run_id
WHERE ({job:String} = '' OR s.job = {job:String})
    AND s.time >= {start:DateTime64(6,'UTC')} AND s.time < {end:DateTime64(6,'UTC')}
    AND ({status:String} = '' OR s.status = {status:String})
    AND ({all_facilities:UInt8} OR s.facility_id IN {facilities:Array(String)} OR s.facility_id = '')
ORDER BY s.time DESC, job, run_id
LIMIT {limit:UInt32}
