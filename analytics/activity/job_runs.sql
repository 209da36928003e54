-- The newest report of every job of every process that reported lately.
SELECT
    toString(j.job) AS job,
    j.process AS process,
    j.every_seconds AS every_seconds,
    j.runs AS runs,
    j.failures AS failures,
    j.skipped AS skipped,
    j.last_started AS last_started,
    j.last_finished AS last_finished,
    j.last_seconds AS last_seconds,
    j.running_since AS running_since,
    j.last_error AS last_error,
    j.recorded AS recorded
FROM job_runs AS j FINAL
WHERE j.recorded >= {since:DateTime64(6,'UTC')} AND j.recorded <= {now:DateTime64(6,'UTC')} + INTERVAL 1 MINUTE
ORDER BY job, process
LIMIT 1000
