-- Every PO line of [start, end) against the contract price in force when it was ordered. Other files here continue this one.
-- A line that names its contract is held against that contract only; otherwise against the supplier's newest price of the item.
-- A newer price replaces the older one for good: when it has expired, nothing revives, and the line is not comparable.
WITH
ordered_lines AS
(
    SELECT
        purchase_order_id, line, facility_id, supplier_id, contract_id, item_id, quantity, price, currency, uom, ordered,
        greatest(pack_factor, 1) AS pack,
        if(contract_id != '', concat('contract ', contract_id), concat('supplier ', supplier_id)) AS party
    FROM po_lines FINAL
    WHERE ordered >= {start:DateTime64(6,'UTC')} AND ordered < {end:DateTime64(6,'UTC')}
        AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
),
-- An amended price sent again for the same day counts once, as last received.
versions AS
(
    SELECT
        contract_id, supplier_id, item_id, facility_id, valid_from, valid_to,
        tuple(contract_id, price, currency, uom, greatest(pack_factor, 1), known_since) AS terms
    FROM
    (
        SELECT
            *,
            -- From when evidence of a load can be about this version; the first version of a line takes all there is.
            if(valid_from = min(valid_from) OVER (PARTITION BY contract_id, item_id, facility_id),
                toDateTime64(0, 3, 'UTC'), least(valid_from, known_from)) AS known_since
        FROM contract_prices
        WHERE item_id IN (SELECT item_id FROM ordered_lines)
        ORDER BY received DESC, source_id
        LIMIT 1 BY contract_id, item_id, facility_id, valid_from
    )
    WHERE valid_from < {end:DateTime64(6,'UTC')}
),
terms_by_party AS
(
    SELECT party, item_id, facility_id, valid_from, valid_to, terms, 1 AS found
    FROM versions
    ARRAY JOIN [concat('contract ', contract_id), concat('supplier ', supplier_id)] AS party
),
held_against AS
(
    SELECT
        l.purchase_order_id AS purchase_order_id, l.line AS line, l.facility_id AS facility_id, l.supplier_id AS supplier_id,
        l.item_id AS item_id, l.ordered AS ordered, l.quantity AS quantity, l.price AS price, l.currency AS currency,
        l.uom AS uom, l.pack AS pack,
        own.found AND (own.valid_to IS NULL OR l.ordered < own.valid_to) AS own_in_force,
        everywhere.found AND (everywhere.valid_to IS NULL OR l.ordered < everywhere.valid_to) AS everywhere_in_force,
        own_in_force OR everywhere_in_force AS in_force,
        if(own_in_force OR NOT everywhere_in_force AND own.found, own.terms, everywhere.terms) AS agreed
    FROM ordered_lines AS l
    ASOF LEFT JOIN (SELECT * FROM terms_by_party WHERE facility_id != '') AS own
        ON l.party = own.party AND l.item_id = own.item_id AND l.facility_id = own.facility_id AND l.ordered >= own.valid_from
    ASOF LEFT JOIN (SELECT * FROM terms_by_party WHERE facility_id = '') AS everywhere
        ON l.party = everywhere.party AND l.item_id = everywhere.item_id AND l.ordered >= everywhere.valid_from
    WHERE own.found OR everywhere.found
),
-- Evidence of the steps up to the load, per contract line; where the flow is not per facility or item, '' stands for all.
loads AS
(
    SELECT
        key,
        if({per_facility:UInt8}, toString(facility_id), '') AS facility,
        if({per_line:UInt8}, item_id, '') AS item,
        arraySort(groupArrayIf(time, milestone = {loaded:String} AND outcome = 'reached')) AS loaded_at,
        max(time) AS last_evidence
    FROM current_milestones AS milestones
    WHERE flow = {flow:String} AND milestone IN {until_loaded:Array(String)} AND key IN (SELECT contract_id FROM versions)
    GROUP BY key, facility, item
),
-- A pack of 1 is what a sender who knows no pack size reports, so it is believed of single units only.
compared AS
(
    SELECT
        h.purchase_order_id AS purchase_order_id, h.line AS line, h.facility_id AS facility_id, h.supplier_id AS supplier_id,
        agreed.1 AS contract_id, h.item_id AS item_id, h.ordered AS ordered, h.quantity AS quantity, h.price AS price,
        h.currency AS currency,
        in_force AND currency = agreed.3 AND (uom = agreed.4 AND pack = agreed.5
            OR (pack > 1 OR uom IN {single_units:Array(String)}) AND (agreed.5 > 1 OR agreed.4 IN {single_units:Array(String)})) AS comparable,
        toDecimal256(round(toDecimal256(quantity, 4) * toDecimal256(price, 6), 6), 6) AS spend,
        toDecimal256(agreed.2, 6) * pack AS agreed_per_packs,
        toDecimal256(round(toDecimal256(agreed_per_packs, 12) / toDecimal256(agreed.5, 0), 6), 6) AS contract_price,
        toDecimal256(quantity, 4) * (toDecimal256(price, 6) * agreed.5 - agreed_per_packs) AS difference_per_packs,
        if(comparable, toDecimal256(round(toDecimal256(difference_per_packs, 12) / toDecimal256(agreed.5, 0), 6), 6), toDecimal256(0, 6)) AS difference,
        difference > 0 AS is_overpaid,
        arrayFirst(t -> t >= agreed.6, m.loaded_at) AS loaded,
        -- Stale: the price was agreed and somebody was at work loading it, but it was not loaded yet.
        is_overpaid AND m.key != '' AND m.last_evidence >= agreed.6 AND (toUnixTimestamp64Micro(loaded) = 0 OR ordered < loaded) AS stale
    FROM held_against AS h
    LEFT JOIN loads AS m
        ON m.key = h.agreed.1
        AND m.facility = if({per_facility:UInt8}, toString(h.facility_id), '') AND m.item = if({per_line:UInt8}, h.item_id, '')
)
