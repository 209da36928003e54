-- Messages that no rule knows, received in (since, until] and in no template yet, in the order they were first received.
SELECT f.message AS message, cityHash64(f.message) AS message_hash, min(f.time) AS first_seen, min(f.received) AS first_received
FROM current_failures AS f
WHERE f.rule = '' AND f.received > {since:DateTime64(3,'UTC')} AND f.received <= {until:DateTime64(3,'UTC')}
    AND cityHash64(f.message) NOT IN (SELECT m.message_hash FROM template_messages AS m)
GROUP BY message, message_hash
ORDER BY first_received, message
LIMIT {limit:UInt32}
