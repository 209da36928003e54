-- Failures reported as events arrive here and are classified by a view. Nothing is kept in this table.
CREATE TABLE failure_reports
(
    source_id String,
    interface_id LowCardinality(String),
    facility_id LowCardinality(String),
    code String,
    message String,
    flow LowCardinality(String),
    milestone LowCardinality(String),
    correlation_id String,
    contract_id String,
    supplier_id String,
    item_id String,
    purchase_order_id String,
    invoice_id String,
    time DateTime64(6, 'UTC'),
    received DateTime64(3, 'UTC')
)
ENGINE = Null;
