CREATE MATERIALIZED VIEW request_hashes_from_logs TO request_hashes AS
SELECT
    toFixedString(request_hash, 32) AS request_hash,
    fromUnixTimestamp64Milli(toInt64(intDiv(received_unix_nano, 1000000)), 'UTC') AS received
FROM otlp_logs
WHERE length(request_hash) = 32
