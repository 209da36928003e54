-- How far each incremental job has got: everything received before the watermark is in its results.
SELECT toString(p.job) AS job, max(p.watermark) AS watermark, max(p.recorded) AS recorded
FROM job_progress AS p
GROUP BY job
ORDER BY job
LIMIT 20000
