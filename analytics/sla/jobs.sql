SELECT job, min(coalesce(toDate(business_date), toDate(coalesce(finished, started, received)))) AS first_day, max(received) AS newest
FROM batch_runs
WHERE job IN {jobs:Array(String)}
GROUP BY job
