-- Two records of one supplier or item, and one record that systems tell differently, with what was ordered under them.
WITH
told AS MATERIALIZED
(
    SELECT
        toString(r.master) AS master, r.id AS id, toString(r.system) AS system, toString(r.scheme) AS scheme, r.value AS value,
        any(r.shown) AS shown, min(r.first_seen) AS first_seen, max(r.last_seen) AS last_seen, 0 AS mapped
    FROM master_records AS r
    WHERE r.first_seen < {end:DateTime64(6,'UTC')} AND r.last_seen >= {start:DateTime64(6,'UTC')} AND length(r.value) > 2
    GROUP BY master, id, system, scheme, value
    UNION ALL
    SELECT
        toString(c.key_type) AS master, c.value AS id, 'crosswalk' AS system, toString(c.other_authority) AS scheme,
        replaceRegexpOne(upper(replaceRegexpAll(c.other_value, '[^0-9A-Za-z]', '')), '^0+', '') AS value, c.other_value AS shown,
        toDateTime64(ifNull(c.valid_from, toDate32('1970-01-01')), 6, 'UTC') AS first_seen, {end:DateTime64(6,'UTC')} AS last_seen, 1 AS mapped
    FROM crosswalks AS c FINAL
    WHERE c.key_type IN ('supplier', 'item') AND c.withdrawn = 0
        AND (c.valid_from IS NULL OR c.valid_from <= toDate32({end:DateTime64(6,'UTC')}))
        AND (c.valid_to IS NULL OR c.valid_to >= toDate32({start:DateTime64(6,'UTC')}))
),
alike AS
(
    SELECT
        a.master AS master, a.id AS id, b.id AS other_id, 'duplicate' AS kind,
        if(a.scheme = '', concat('same name: ', any(a.shown), if(any(a.shown) != any(b.shown), concat(' / ', any(b.shown)), '')), concat('same ', a.scheme, ': ', any(a.shown))) AS reason,
        max(a.scheme != '') AS by_number, min(least(a.first_seen, b.first_seen)) AS since
    FROM told AS a
    INNER JOIN told AS b ON b.master = a.master AND b.scheme = a.scheme AND b.value = a.value
    WHERE a.id < b.id
    GROUP BY master, id, other_id, a.scheme, a.value
),
-- A name or number of one record that differs between systems; a crosswalk may well hold several numbers of one item.
apart AS
(
    SELECT
        master, id, id AS other_id, 'divergent' AS kind,
        concat(if(scheme = '', 'name', scheme), ' differs: ', arrayStringConcat(arraySort(groupUniqArray(5)(concat(shown, ' in ', system))), ', ')) AS reason,
        0 AS by_number, max(first_seen) AS since
    FROM told
    WHERE mapped = 0 AND scheme != 'manufacturer_part'
    GROUP BY master, id, scheme
    HAVING uniqExact(value) > 1
),
-- The same name with different numbers of one scheme: perhaps two suppliers of one name.
conflicts AS
(
    SELECT a.master AS master, a.id AS id, b.id AS other_id,
        arraySort(groupUniqArray(concat('different ', a.scheme, ': ', a.shown, ' / ', b.shown))) AS reasons
    FROM told AS a
    INNER JOIN told AS b ON b.master = a.master AND b.scheme = a.scheme
    WHERE a.id < b.id AND a.value != b.value AND a.scheme NOT IN ('', 'manufacturer_part') AND a.mapped = 0 AND b.mapped = 0
        AND (a.master, a.id, b.id) IN (SELECT master, id, other_id FROM alike)
    GROUP BY master, id, other_id
),
pairs AS MATERIALIZED
(
    SELECT master, id, other_id, any(kind) AS found_kind, arraySort(groupUniqArray(reason)) AS reasons, max(by_number) AS by_number, min(since) AS first_seen
    FROM (SELECT * FROM alike UNION ALL SELECT * FROM apart)
    GROUP BY master, id, other_id
),
spend AS
(
    SELECT subject.1 AS master, subject.2 AS id, currency, sum(amount) AS amount, groupUniqArray(purchase_order_id) AS orders
    FROM
    (
        SELECT
            purchase_order_id, toString(currency) AS currency, toDecimal128(quantity, 4) * toDecimal128(price, 6) AS amount,
            arrayJoin([('supplier', toString(supplier_id)), ('item', item_id)]) AS subject
        FROM po_lines FINAL
        WHERE ordered >= {start:DateTime64(6,'UTC')} AND ordered < {end:DateTime64(6,'UTC')}
            AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
    )
    WHERE subject IN (SELECT master, arrayJoin([id, other_id]) FROM pairs)
    GROUP BY master, id, currency
)
SELECT
    lower(substring(hex(SHA256(arrayStringConcat(['master', p.master, p.id, p.other_id], '|'))), 1, 16)) AS item_id,
    p.master AS master, p.id AS id, p.other_id AS other_id,
    multiIf(p.found_kind = 'divergent', 'divergent', empty(c.reasons), 'duplicate', p.by_number, 'duplicate', 'conflicting') AS kind,
    arrayConcat(p.reasons, c.reasons) AS reasons,
    p.first_seen AS first_seen,
    s.amounts AS amounts,
    toUInt64(s.orders) AS orders
FROM pairs AS p
LEFT JOIN conflicts AS c ON c.master = p.master AND c.id = p.id AND c.other_id = p.other_id
LEFT JOIN
(
    SELECT of_currency.master AS master, of_currency.id AS id, of_currency.other_id AS other_id,
        arraySort(groupArray((of_currency.currency, of_currency.amount))) AS amounts, max(of_currency.orders) AS orders
    FROM
    (
        SELECT q.master AS master, q.id AS id, q.other_id AS other_id, x.currency AS currency, sum(x.amount) AS amount,
            length(groupUniqArrayArray(x.orders)) AS orders
        FROM (SELECT master, id, other_id, arrayJoin(arrayDistinct([id, other_id])) AS side FROM pairs) AS q
        INNER JOIN spend AS x ON x.master = q.master AND x.id = q.side
        GROUP BY master, id, other_id, currency
    ) AS of_currency
    GROUP BY master, id, other_id
) AS s ON s.master = p.master AND s.id = p.id AND s.other_id = p.other_id
WHERE ({master:String} = '' OR p.master = {master:String})
    AND (empty({item_ids:Array(String)}) OR item_id IN {item_ids:Array(String)})
ORDER BY arraySum(arrayMap(a -> a.2, s.amounts)) DESC, master, id, other_id
LIMIT {limit:UInt32}
