CREATE MATERIALIZED VIEW trace_buckets_from_spans TO trace_buckets AS
SELECT DISTINCT trace_id, bucket, received
FROM spans
