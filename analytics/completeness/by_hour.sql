-- Keys sent per hour of sending and what became of each. See pairs: the statement before.
SELECT
    toStartOfHour(sent_at) AS hour,
    count() AS sent,
    countIf(received_at IS NOT NULL) AS received,
    countIf(received_at > due) AS received_late,
    countIf(received_at IS NULL AND due < {now:DateTime64(6,'UTC')}) AS missing,
    countIf(received_at IS NULL AND due >= {now:DateTime64(6,'UTC')}) AS awaited
FROM paired
GROUP BY hour
ORDER BY hour
