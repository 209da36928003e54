-- Every line of ordered_lines against the contract price in force when it was ordered. Other files here continue this one.
-- A line that names its contract is held against that contract only; otherwise against the supplier's newest price of the item.
-- A newer price replaces the older one for good: when it has expired, nothing revives, and the line is not comparable.
prices AS
(
    SELECT
        contract_id, supplier_id, item_id, toString(facility_id) AS facility, toString(tier) AS tier, valid_from,
        ifNull(valid_to, toDateTime64('2299-12-31 00:00:00', 3, 'UTC')) AS valid_to,
        price, currency, uom, greatest(pack_factor, 1) AS pack, known_from, received, source_id
    FROM contract_prices
    WHERE item_id IN (SELECT item_id FROM ordered_lines) AND valid_from < {end:DateTime64(6,'UTC')}
),
-- Which tier of a contract each facility was on, until it reached the next; one reached by the whole contract counts everywhere.
tiers AS
(
    SELECT
        contract_id, facility, tier, since,
        leadInFrame(since, 1, toDateTime64('2299-12-31 00:00:00', 3, 'UTC')) OVER
            (PARTITION BY contract_id, facility ORDER BY since ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS until
    FROM
    (
        SELECT
            key AS contract_id, attributes['contract.tier'] AS tier, toDateTime64(time, 3, 'UTC') AS since,
            arrayJoin(if(facility_id = '', (SELECT groupUniqArray(toString(facility_id)) FROM ordered_lines), [toString(facility_id)])) AS facility
        FROM current_milestones
        WHERE flow = {flow:String} AND outcome = 'reached' AND attributes['contract.tier'] != ''
            AND key IN (SELECT contract_id FROM contract_prices WHERE tier != '' AND item_id IN (SELECT item_id FROM ordered_lines))
        ORDER BY received DESC
        LIMIT 1 BY contract_id, facility, since
    )
),
-- All that was ever told of a price, where and while it holds; version is when it takes effect, wherever that is.
told AS MATERIALIZED
(
    SELECT
        p.contract_id AS contract_id, p.supplier_id AS supplier_id, p.item_id AS item_id,
        if(p.tier = '', p.facility, t.facility) AS facility,
        if(p.tier = '', p.valid_from, greatest(p.valid_from, t.since)) AS valid_from,
        p.valid_from AS version,
        tuple(if(p.tier = '', p.valid_to, least(p.valid_to, t.until)), p.contract_id, p.price, p.currency, p.uom, p.pack) AS terms,
        p.known_from AS known_from, p.received AS received, p.source_id AS source_id
    FROM prices AS p
    LEFT JOIN tiers AS t ON t.contract_id = p.contract_id AND t.tier = p.tier
    WHERE p.tier = '' OR t.tier != '' AND p.facility IN ('', t.facility) AND p.valid_from < t.until AND t.since < p.valid_to
),
-- What is known last of a price counts, from the day it takes effect; the same told again is no news.
versions AS
(
    SELECT
        contract_id, supplier_id, item_id, facility, valid_from, newest, known,
        -- From when evidence of a load can be about this version; the first version of a line takes all there is.
        multiIf(corrected, known, valid_from = min(valid_from) OVER (PARTITION BY contract_id, item_id, facility),
            toDateTime64(0, 3, 'UTC'), least(valid_from, known)) AS known_since
    FROM
    (
        SELECT
            contract_id, item_id, facility, valid_from,
            argMax(supplier_id, (version, known_from, received, source_id)) AS supplier_id,
            argMax(terms, (version, known_from, received, source_id)) AS newest,
            groupArray((terms, known_from)) AS history,
            arrayMin(arrayMap(h -> h.2, arrayFilter(h -> h.1 = newest, history))) AS known,
            arrayExists(h -> h.1 != newest AND h.2 < known, history) AS corrected
        FROM told
        GROUP BY contract_id, item_id, facility, valid_from
    )
),
in_force_by_party AS MATERIALIZED
(
    SELECT party, item_id, facility, valid_from, newest AS terms, known_since, 1 AS found
    FROM versions
    ARRAY JOIN [concat('contract ', contract_id), concat('supplier ', supplier_id)] AS party
    ORDER BY known DESC, contract_id
    LIMIT 1 BY party, item_id, facility, valid_from
),
-- Everything told of an item, newest first: for the price known when ordering, and for prices that hold no longer.
books AS
(
    SELECT item_id, arrayReverseSort(groupArray((valid_from, version, known_from, received, source_id, facility, contract_id, supplier_id, terms))) AS pages
    FROM told
    GROUP BY item_id
),
held_against AS
(
    SELECT
        l.document AS document, l.issuer AS issuer, l.purchase_order_id AS purchase_order_id, l.line AS line, l.facility_id AS facility_id,
        l.supplier_id AS supplier_id, l.contract_id AS contract_id, l.item_id AS item_id, l.quantity AS quantity, l.price AS price,
        l.currency AS currency, l.uom AS uom, l.ordered AS ordered, l.time AS time, l.pack AS pack,
        own.found AND l.ordered < own.terms.1 AS own_in_force,
        everywhere.found AND l.ordered < everywhere.terms.1 AS everywhere_in_force,
        own_in_force OR everywhere_in_force AS in_force,
        own.found OR everywhere.found AS found,
        own_in_force OR NOT everywhere_in_force AND own.found AS is_own,
        if(is_own, own.terms, everywhere.terms) AS agreed,
        if(is_own, own.known_since, everywhere.known_since) AS known_since,
        arrayFilter(p -> p.1 <= l.ordered AND p.6 IN ('', toString(l.facility_id)), b.pages) AS past,
        arrayFilter(p -> p.3 <= l.ordered AND if(l.contract_id != '', p.7 = l.contract_id, p.8 = l.supplier_id), past) AS known,
        arrayFirst(p -> p.6 != '', known).9 AS known_here,
        if(l.ordered < known_here.1, known_here, arrayFirst(p -> p.6 = '', known).9) AS believed,
        arrayExists(p -> p.8 = l.supplier_id AND p.9.3 = l.price AND p.9.4 = l.currency AND p.9.5 = l.uom AND p.9.6 = l.pack, past) AS was_a_price,
        tiered.party != '' AND tiered.since <= l.ordered AS has_tiers
    FROM ordered_lines AS l
    ASOF LEFT JOIN (SELECT * FROM in_force_by_party WHERE facility != '') AS own
        ON l.party = own.party AND l.item_id = own.item_id AND l.facility_id = own.facility AND l.ordered >= own.valid_from
    ASOF LEFT JOIN (SELECT * FROM in_force_by_party WHERE facility = '') AS everywhere
        ON l.party = everywhere.party AND l.item_id = everywhere.item_id AND l.ordered >= everywhere.valid_from
    LEFT JOIN books AS b ON b.item_id = l.item_id
    LEFT JOIN
    (
        SELECT arrayJoin([concat('contract ', contract_id), concat('supplier ', supplier_id)]) AS party, item_id, min(valid_from) AS since
        FROM prices
        WHERE tier != '' AND facility = ''
        GROUP BY party, item_id
    ) AS tiered ON tiered.party = l.party AND tiered.item_id = l.item_id
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
    WHERE flow = {flow:String} AND milestone IN {until_loaded:Array(String)} 
        AND key IN (SELECT contract_id FROM contract_prices WHERE item_id IN (SELECT item_id FROM ordered_lines))
    GROUP BY key, facility, item
),
-- A pack of 1 is what a sender who knows no pack size reports, so it is believed of single units only.
measured AS
(
    SELECT
        *,
        (pack > 1 OR uom IN {single_units:Array(String)}) AS unit_known,
        uom = agreed.5 AND pack = agreed.6 OR unit_known AND (agreed.6 > 1 OR agreed.5 IN {single_units:Array(String)}) AS unit_agrees,
        -- Why a line is in no figure: '' when it is.
        multiIf(NOT found AND has_tiers, 'tier', NOT found, 'no_price', NOT in_force, 'expired', currency != agreed.4, 'currency',
            NOT unit_agrees, 'unit', '') AS reason,
        toDecimal256(round(toDecimal256(quantity, 4) * toDecimal256(price, 6), 6), 6) AS spend,
        toDecimal256(agreed.3, 6) * pack AS agreed_per_packs,
        toDecimal256(round(toDecimal256(agreed_per_packs, 12) / toDecimal256(greatest(agreed.6, 1), 0), 6), 6) AS contract_price,
        toDecimal256(quantity, 4) * (toDecimal256(price, 6) * agreed.6 - agreed_per_packs) AS difference_per_packs,
        toDecimal256(round(toDecimal256(difference_per_packs, 12) / toDecimal256(greatest(agreed.6, 1), 0), 6), 6) AS full_difference,
        ordered < believed.1 AND currency = believed.4
            AND (uom = believed.5 AND pack = believed.6 OR unit_known AND (believed.6 > 1 OR believed.5 IN {single_units:Array(String)})) AS is_known,
        toDecimal256(round(toDecimal256(toDecimal256(believed.3, 6) * pack, 12) / toDecimal256(greatest(believed.6, 1), 0), 6), 6) AS known_each
    FROM held_against
),
judged AS
(
    SELECT
        h.document AS document, h.issuer AS issuer, h.purchase_order_id AS purchase_order_id, h.line AS line, h.facility_id AS facility_id,
        h.supplier_id AS supplier_id, if(found, agreed.2, h.contract_id) AS contract_id, h.item_id AS item_id, h.ordered AS ordered,
        h.time AS time, h.quantity AS quantity, h.price AS price, h.currency AS currency, h.uom AS uom, h.spend AS spend,
        h.contract_price AS contract_price, h.reason AS reason,
        reason = '' AS comparable,
        if(comparable, full_difference, toDecimal256(0, 6)) AS difference,
        if(is_known, toDecimal128(known_each, 6), NULL) AS known_price,
        NOT is_known OR known_each != contract_price AS retroactive,
        comparable AND full_difference > 0 AS is_overpaid,
        arrayFirst(t -> t >= known_since, m.loaded_at) AS loaded,
        -- Stale: the price was agreed and somebody was at work loading it, but it was not loaded yet.
        is_overpaid AND m.key != '' AND m.last_evidence >= known_since AND (toUnixTimestamp64Micro(loaded) = 0 OR ordered < loaded) AS stale,
        multiIf(NOT is_overpaid, '', stale, 'stale', retroactive, 'retroactive', was_a_price, 'expired', 'other') AS cause
    FROM measured AS h
    LEFT JOIN loads AS m
        ON m.key = h.agreed.2
        AND m.facility = if({per_facility:UInt8}, toString(h.facility_id), '') AND m.item = if({per_line:UInt8}, h.item_id, '')
),
-- Lines that have a contract price or should have.
compared AS
(
    SELECT * FROM judged WHERE reason != 'no_price'
)
