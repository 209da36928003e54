-- Keys received in the interval that nobody was seen to send, newest first.
SELECT r.authority AS authority, r.key AS key, r.facility_id AS facility_id, r.at AS received_at
FROM receipts_of_interval AS r
LEFT ANTI JOIN (SELECT authority, key FROM sendings_before) AS s ON s.authority = r.authority AND s.key = r.key
ORDER BY received_at DESC, key, authority
LIMIT {limit:UInt32}
