-- Each arrival due in the interval and the runs that belong to it: by business date where the arrival and the run name one, else by when
-- the run began, from `opens` until `closes`. A file that came before this window is stale: it delivers nothing. The first delivery tells
-- when it arrived, the newest what it held (a corrected run repairs a partial one).
WITH
planned AS
(
    SELECT
        toString(e.arrival) AS arrival, due, opens, closes, late_after, missed_after, e.business_date AS expected_date,
        indexOf({arrivals:Array(String)}, toString(e.arrival)) AS n,
        {jobs:Array(String)}[n] AS job,
        {facilities_of:Array(String)}[n] AS facility_id,
        {least:Array(Int64)}[n] AS least,
        {most:Array(Int64)}[n] AS most
    FROM expected_arrivals AS e FINAL
    WHERE due >= {start:DateTime64(6,'UTC')} AND due < {end:DateTime64(6,'UTC')}
        AND has(arrayZip({arrivals:Array(String)}, {definitions:Array(String)}), (toString(e.arrival), toString(e.definition)))
),
runs AS
(
    SELECT
        toString(s.job) AS job, run_id, s.facility_id AS facility_id, toString(s.status) AS status, s.time AS began,
        s.status IN ('succeeded', 'partial') AS delivered,
        coalesce(s.finished, s.success_heard, s.time) AS ended,
        s.business_date AS business_date, s.file_hash AS file_hash,
        coalesce(s.records_read, s.records_accepted) AS records,
        s.records_expected AS records_expected,
        s.status = 'partial' OR s.records_rejected > 0 AS partial,
        s.control_total_actual - s.control_total_expected AS off,
        if(s.file_hash = '', s.time, minIf(s.time, s.status IN ('succeeded', 'partial')) OVER (PARTITION BY s.job, s.facility_id, s.file_hash)) AS file_first,
        minIf(s.time, s.status IN ('succeeded', 'partial')) OVER (PARTITION BY s.job, s.facility_id, s.business_date) AS date_first
    FROM batch_run_states AS s
    WHERE s.job IN {jobs:Array(String)}
        AND s.time >= {start:DateTime64(6,'UTC')} - INTERVAL 400 DAY AND s.time < {end:DateTime64(6,'UTC')} + INTERVAL 45 DAY
        AND ({all_facilities:UInt8} OR s.facility_id IN {facilities:Array(String)} OR s.facility_id = '')
),
matched AS
(
    SELECT
        p.arrival AS arrival, p.due AS due,
        r.began >= p.opens AND r.began < p.closes AS in_window,
        if(isNull(p.expected_date) OR isNull(r.business_date), in_window, r.business_date = p.expected_date) AS dated,
        r.delivered AND r.file_first < p.opens AND r.began > r.file_first AS old_file,
        in_window AND r.delivered AND (old_file OR ifNull(r.business_date < p.expected_date AND r.date_first < r.began, 0)) AS stale,
        dated AND r.delivered AND NOT old_file AS delivers,
        dated AND r.status = 'failed' AS failed,
        r.run_id AS run_id, r.ended AS ended, r.records AS records, r.records_expected AS records_expected, r.partial AS partial, r.off AS off
    FROM planned AS p
    INNER JOIN runs AS r ON r.job = p.job
    WHERE (p.facility_id = '' OR r.facility_id = p.facility_id) AND (in_window OR dated)
),
summed AS
(
    SELECT
        arrival, due,
        countIf(delivers) AS deliveries,
        minIf(ended, delivers) AS first_ended,
        argMinIf(run_id, (ended, run_id), delivers) AS first_run,
        argMaxIf((run_id, records, records_expected, partial, off), (ended, run_id), delivers) AS newest,
        countIf(stale) AS stale_runs,
        countIf(failed) AS failed_runs
    FROM matched
    GROUP BY arrival, due
)
SELECT
    p.arrival AS arrival,
    p.job AS job,
    p.facility_id AS facility_id,
    p.due AS due,
    p.late_after AS late_after,
    p.missed_after AS missed_after,
    p.expected_date AS business_date,
    multiIf(
        s.deliveries > 0 AND s.first_ended > p.late_after, 'arrived_late',
        s.deliveries > 0, 'on_time',
        {now:DateTime64(6,'UTC')} >= p.missed_after, 'missed',
        {now:DateTime64(6,'UTC')} > p.late_after, 'late',
        'awaited') AS state,
    if(s.deliveries > 0, s.first_ended, NULL) AS arrived,
    if(s.deliveries > 0, dateDiff('millisecond', p.due, s.first_ended) / 1000, NULL) AS after_due_seconds,
    if(s.deliveries > 0, s.newest.1, '') AS run_id,
    if(s.deliveries > 0, s.newest.2, NULL) AS records,
    if(s.deliveries > 0, s.newest.5, NULL) AS control_total_off,
    arrayMap(flag -> flag.1, arrayFilter(flag -> ifNull(flag.2, 0), [
        ('failed', s.deliveries = 0 AND s.failed_runs > 0),
        ('partial', s.deliveries > 0 AND s.newest.4),
        ('empty', s.deliveries > 0 AND s.newest.2 = 0),
        ('records missing', s.deliveries > 0 AND s.newest.2 < s.newest.3),
        ('control total off', s.deliveries > 0 AND s.newest.5 != 0),
        ('too few records', s.deliveries > 0 AND p.least >= 0 AND s.newest.2 < p.least),
        ('too many records', s.deliveries > 0 AND p.most >= 0 AND s.newest.2 > p.most),
        ('stale file sent again', s.stale_runs > 0),
        ('sent twice', s.deliveries > 1)])) AS flags
FROM planned AS p
LEFT JOIN summed AS s ON s.arrival = p.arrival AND s.due = p.due
-- Of a job that never reported nothing is known from before we first ran.
WHERE p.due >= toDateTime64((SELECT min(o.minute) FROM observed AS o), 6, 'UTC') OR p.job IN (SELECT job FROM runs)
ORDER BY p.due DESC, p.arrival
LIMIT {limit:UInt32}
