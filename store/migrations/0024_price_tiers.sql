-- A price may hold for facilities on one tier of its contract only; '' holds for all. Facilities reach a tier by milestones that
-- carry the attribute contract.tier.
ALTER TABLE contract_prices
    ADD COLUMN tier LowCardinality(String),
    MODIFY ORDER BY (item_id, facility_id, contract_id, valid_from, source_id, tier);
