-- Rules of the newest generation that was not abandoned, and the highest sequence a collector has told of. No row before the first.
SELECT rules, (SELECT max(sequence) FROM collectors) AS sequence
FROM generations FINAL
WHERE state != 'abandoned'
ORDER BY number DESC
LIMIT 1
