-- A story asks for failures by any key they name, which the table's order cannot answer: one filter per granule over all of them.
-- Failures are few; a filter of 14 bits a value lets a thousandth through where some hundred values are asked for.
ALTER TABLE failures ADD INDEX by_key [correlation_id, contract_id, supplier_id, item_id, purchase_order_id, invoice_id, object, run_id, hex(trace_id)]
    TYPE bloom_filter(0.001) GRANULARITY 1;

ALTER TABLE batch_rejects ADD INDEX by_key [correlation_id, contract_id, item_id, purchase_order_id, invoice_id, run_id]
    TYPE bloom_filter(0.001) GRANULARITY 1;
