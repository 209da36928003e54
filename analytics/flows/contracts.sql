SELECT
    judged.authority AS authority,
    judged.key AS contract_id,
    count() AS lines,
    countIf(judged.state = 'completed') AS loaded,
    countIf(judged.state = 'stuck') AS stuck,
    arraySort(groupUniqArrayIf(judged.facility_id, judged.facility_id != '')) AS facilities,
    arraySort(groupUniqArrayIf(judged.facility_id, judged.facility_id != '' AND judged.state != 'completed')) AS facilities_waiting,
    fromUnixTimestamp64Micro(min(judged.started_at), 'UTC') AS started,
    minIf(judged.waiting_step, judged.waiting_step > 0) AS waiting_step
FROM judged
GROUP BY authority, contract_id
HAVING NOT {waiting_only:UInt8} OR loaded < lines
ORDER BY stuck > 0 DESC, loaded < lines DESC, started DESC, contract_id
LIMIT {limit:UInt32}
