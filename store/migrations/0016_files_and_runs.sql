-- How a report came: api, ping, or the reader of the file it was read from. The times of a ping are those of its arrival.
ALTER TABLE batch_runs ADD COLUMN source LowCardinality(String) DEFAULT 'api' AFTER correlation_id;

-- Every run as one, however many reports told of it, in whichever order they came and however often.
-- The same report again counts where it was first heard. Of each column the newest report that said anything counts, and
-- newer is what happened later: an end lies where it finished, else was heard; a start reopens a run only when it says it
-- started after the last end (a restart under the same name); one without a time says nothing about order, nor does a ping's.
CREATE VIEW batch_run_states AS
SELECT
    job,
    run_id,
    argMaxIf(interface, age, interface != '') AS interface_id,
    argMaxIf(facility, age, facility != '') AS facility_id,
    argMax(state, age) AS newest_state,
    if(newest_state = 'started' AND max(state = 'running'), 'running', newest_state) AS status,
    argMax(source, age) AS source,
    argMax(begun, age) AS told_start,
    argMax(ended, age) AS told_end,
    -- The end of an attempt that was started anew is not the run's; a ping's start heard after its end tells no duration.
    if(status IN ('started', 'running'), NULL, told_end) AS finished,
    if(source = 'ping' AND told_start > told_end, NULL, told_start) AS started,
    argMax(day, age) AS business_date,
    argMaxIf(name, age, name != '') AS file_name,
    argMaxIf(hash, age, hash != '') AS file_hash,
    argMax(expected, age) AS records_expected,
    argMax(read, age) AS records_read,
    argMax(accepted, age) AS records_accepted,
    argMax(rejected, age) AS records_rejected,
    argMax(total_expected, age) AS control_total_expected,
    argMax(total_actual, age) AS control_total_actual,
    argMaxIf(words, age, words != '') AS message,
    argMaxIf(correlation, age, correlation != '') AS correlation_id,
    min(heard) AS first_heard,
    max(heard) AS received,
    minIf(toNullable(heard), state IN ('succeeded', 'partial')) AS success_heard,
    coalesce(started, finished, toDateTime64(first_heard, 6, 'UTC')) AS time
FROM
(
    SELECT
        *,
        state IN ('partial', 'failed', 'succeeded') AS is_end,
        multiIf(
            is_end, coalesce(ended, toDateTime64(heard, 6, 'UTC')),
            source != 'ping' AND begun IS NOT NULL, assumeNotNull(begun),
            toDateTime64(0, 6, 'UTC')) AS at,
        (at, is_end, heard, indexOf(['started', 'running', 'partial', 'failed', 'succeeded'], state)) AS age
    FROM
    (
        SELECT
            r.job AS job,
            r.run_id AS run_id,
            toString(r.status) AS state,
            toString(r.source) AS source,
            toString(r.interface_id) AS interface,
            toString(r.facility_id) AS facility,
            if(r.source = 'ping', isNotNull(r.started)::Nullable(DateTime64(6, 'UTC')), r.started) AS said_start,
            if(r.source = 'ping', isNotNull(r.finished)::Nullable(DateTime64(6, 'UTC')), r.finished) AS said_end,
            r.business_date AS day,
            r.file_name AS name,
            r.file_hash AS hash,
            r.records_expected AS expected,
            r.records_read AS read,
            r.records_accepted AS accepted,
            r.records_rejected AS rejected,
            r.control_total_expected AS total_expected,
            r.control_total_actual AS total_actual,
            r.message AS words,
            r.correlation_id AS correlation,
            min(r.received) AS heard,
            min(r.started) AS begun,
            min(r.finished) AS ended
        FROM batch_runs AS r
        GROUP BY job, run_id, state, source, interface, facility, said_start, said_end, day, name, hash, expected, read, accepted,
            rejected, total_expected, total_actual, words, correlation
    )
)
GROUP BY job, run_id;

-- Files of watched folders, by content: what was read is not read again, after a restart either. outcome: read, failed.
CREATE TABLE watched_files
(
    folder LowCardinality(String),
    digest String,
    name String,
    size UInt64,
    modified DateTime64(6, 'UTC'),
    outcome LowCardinality(String),
    reason String,
    records UInt64,
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(received)
ORDER BY (folder, digest)
TTL toDateTime(received) + INTERVAL 1096 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
