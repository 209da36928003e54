-- Values masked in log records and metric points are counted as those of spans are.
ALTER TABLE logs ADD COLUMN IF NOT EXISTS masked Array(LowCardinality(String)) AFTER scope_schema_url;

ALTER TABLE metric_points ADD COLUMN IF NOT EXISTS masked Array(LowCardinality(String)) AFTER scope_schema_url;

-- A part of one INSERT is still one file, but what merges make of a few is not: a part of many files is merged column by column, which took
-- less than half of the processor's time.
ALTER TABLE spans MODIFY SETTING min_bytes_for_wide_part = 67108864;
