-- What failed on interfaces around some moments: the most frequent class and the newest correlation ids, for each moment asked about.
SELECT a.asked.1 AS number, topKIf(1)(toString(failures.failure_class), failures.failure_class != '') AS classes,
    groupUniqArrayIf(20)(failures.correlation_id, failures.correlation_id != '') AS correlations
FROM
(
    SELECT interface_id, failure_class, correlation_id, time
    FROM current_failures
    WHERE interface_id IN {interfaces:Array(String)} AND time >= {start:DateTime64(6, 'UTC')} AND time < {end:DateTime64(6, 'UTC')}
) AS failures
INNER JOIN
(
    SELECT arrayJoin(arrayZip({numbers:Array(UInt32)}, {interfaces:Array(String)}, {starts:Array(DateTime64(6, 'UTC'))}, {ends:Array(DateTime64(6, 'UTC'))})) AS asked
) AS a ON toString(failures.interface_id) = a.asked.2
WHERE failures.time >= a.asked.3 AND failures.time < a.asked.4
GROUP BY number
