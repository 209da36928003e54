-- Which collector stores a request, while that is going on. Slots are numbered one after another: a slot is inserted under its own
-- deduplication token, so of two batches that want the same one exactly one gets it, and all agree on their order. A request belongs to
-- the collector that named it first. What is stored is in request_hashes; a claim only guards the time until then. A released one is
-- given up; with an empty hash: all that this collector claimed in an earlier life (from one start to the next).
CREATE TABLE request_claims
(
    slot UInt64,
    token String,
    collector String,
    life String,
    request_hash FixedString(32),
    released UInt8,
    claimed DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY slot
TTL toDateTime(claimed) + INTERVAL 2 HOUR
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000;

-- How many INSERTs may come between a batch and its replay: with several collectors of 20 a second each, minutes instead of seconds.
ALTER TABLE request_hashes MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE spans MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE trace_buckets MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE business_keys MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE operations_per_minute MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE milestones MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE failures MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE object_successes MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE batch_runs MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE logs MODIFY SETTING non_replicated_deduplication_window = 10000;

ALTER TABLE metric_points MODIFY SETTING non_replicated_deduplication_window = 10000;
