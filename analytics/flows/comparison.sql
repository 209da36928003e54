-- Cycle times of instances completed in the interval, by facility or supplier, with a 95 % confidence interval of the median by
-- order statistics (Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2); none below six.
SELECT
    group,
    length(times) AS n,
    if(n % 2 = 1, times[intDiv(n + 1, 2)], (times[intDiv(n, 2)] + times[intDiv(n, 2) + 1]) / 2) AS median,
    if(n < 6, NULL, times[greatest(1, toInt64(floor(n / 2 - 0.98 * sqrt(n))))]) AS low,
    if(n < 6, NULL, times[least(n, toInt64(ceil(n / 2 + 1 + 0.98 * sqrt(n))))]) AS high
FROM
(
    SELECT
        arrayJoin([(multiIf({group:String} = 'supplier', supplier_id, toString(place)), 0), ('', 1)]) AS part,
        part.1 AS group,
        part.2 AS is_all,
        arraySort(groupArray((completed_at - started_at) / 1000000)) AS times
    FROM asked
    WHERE completed_at > 0 AND completed_at < end_us
    GROUP BY part
)
WHERE is_all = {of_all:UInt8}
ORDER BY n DESC, group
