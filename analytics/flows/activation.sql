-- Contracts by line: loaded, rejected, proven; usable when every line is loaded.
SELECT
    judged.authority AS authority,
    judged.key AS contract_id,
    judged.effective AS effective,
    max(judged.supplier_id) AS supplier_id,
    count() AS lines,
    countIf(judged.state = 'completed') AS loaded,
    countIf(judged.completed_at = 0 AND judged.failing_since > 0) AS rejected,
    countIf({proven:UInt8} > 0 AND judged.reached[greatest({proven:UInt8}, 1)] > 0) AS proven,
    countIf(judged.state = 'at_risk') AS at_risk,
    countIf(judged.state = 'abandoned') AS abandoned,
    arraySort(groupUniqArrayIf(judged.place, judged.place != '')) AS facilities,
    fromUnixTimestamp64Micro(min(judged.started_at), 'UTC') AS started,
    if(loaded = lines, fromUnixTimestamp64Micro(max(judged.completed_at), 'UTC'), NULL) AS usable,
    if(proven > 0, fromUnixTimestamp64Micro(minIf(judged.reached[greatest({proven:UInt8}, 1)], judged.reached[greatest({proven:UInt8}, 1)] > 0), 'UTC'), NULL) AS first_proven,
    toUnixTimestamp64Micro(parseDateTime64BestEffortOrZero(judged.effective, 6, 'UTC')) AS effective_us,
    -- Loaded after they took effect, or still not loaded then.
    countIf(effective_us > 0 AND if(judged.completed_at > 0, judged.completed_at, {as_of_us:Int64}) > effective_us) AS retroactive
FROM judged
GROUP BY authority, contract_id, effective
ORDER BY rejected > 0 DESC, loaded < lines DESC, started DESC, contract_id, effective
LIMIT {limit:UInt32}
