SELECT
    sender, receiver, interchange_control, uniqExact(digest) AS contents, min(received) AS first, max(received) AS last
FROM edi_interchanges
WHERE (sender, receiver, interchange_control) IN (
        SELECT sender, receiver, interchange_control FROM edi_interchanges
        WHERE received >= {start:DateTime64(6,'UTC')} AND received < {end:DateTime64(6,'UTC')})
GROUP BY sender, receiver, interchange_control
HAVING contents > 1
ORDER BY last DESC, sender, receiver, interchange_control
LIMIT {limit:UInt32}
