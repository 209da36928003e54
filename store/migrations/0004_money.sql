-- A price holds from valid_from to valid_to (NULL: open-ended) and was known to us from known_from.
-- facility_id '' is every facility. Money is per UOM; pack_factor is base units per UOM.
CREATE TABLE contract_prices
(
    contract_id String,
    item_id String,
    facility_id LowCardinality(String),
    supplier_id LowCardinality(String),
    price Decimal(18, 6),
    currency LowCardinality(String),
    uom LowCardinality(String),
    pack_factor UInt32,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')),
    known_from DateTime64(3, 'UTC'),
    source_id String,
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(received)
ORDER BY (item_id, facility_id, contract_id, valid_from, source_id)
TTL toDateTime(received) + INTERVAL 2557 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

CREATE TABLE po_lines
(
    purchase_order_id String,
    line UInt32,
    facility_id LowCardinality(String),
    supplier_id LowCardinality(String),
    contract_id String,
    item_id String,
    quantity Decimal(18, 4),
    uom LowCardinality(String),
    pack_factor UInt32,
    price Decimal(18, 6),
    currency LowCardinality(String),
    ordered DateTime64(3, 'UTC'),
    source_id String,
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(received)
ORDER BY (purchase_order_id, line)
TTL toDateTime(received) + INTERVAL 2557 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;

CREATE TABLE invoices
(
    supplier_id LowCardinality(String),
    invoice_id String,
    line UInt32,
    purchase_order_id String,
    facility_id LowCardinality(String),
    item_id String,
    quantity Decimal(18, 4),
    uom LowCardinality(String),
    pack_factor UInt32,
    price Decimal(18, 6),
    currency LowCardinality(String),
    invoiced DateTime64(3, 'UTC'),
    exception LowCardinality(String),
    source_id String,
    received DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(received)
ORDER BY (supplier_id, invoice_id, line)
TTL toDateTime(received) + INTERVAL 2557 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
