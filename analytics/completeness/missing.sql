-- Keys sent and not received within the allowed delay, the longest overdue first.
SELECT authority, key, facility_id, sent_at, due
FROM paired
WHERE received_at IS NULL AND due < {now:DateTime64(6,'UTC')}
ORDER BY due, key, authority
LIMIT {limit:UInt32}
