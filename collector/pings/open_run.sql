-- Open runs of the job newest first, and the run asked about by name whatever became of it.
SELECT run_id, toUInt8(status IN ('started', 'running')) AS open
FROM batch_run_states
WHERE job = {job:String} AND source = 'ping' AND first_heard >= {since:DateTime64(3,'UTC')}
    AND (status IN ('started', 'running') OR run_id = {mine:String} OR {any_state:UInt8})
ORDER BY first_heard DESC, run_id
LIMIT 100
