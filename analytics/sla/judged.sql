-- Every SLA as of an instant: what its budget window and each tier's two windows hold, from hours, five minutes at their edges and
-- minutes at those. starts: begin of every window anybody asks about; a slot belongs to the latest start before it, and a window is
-- the sum of all from its start on. Slots are listed, so that only the rows wanted are read.
WITH
    definitions AS
    (
        SELECT * EXCEPT (revision),
            if(aligned = '', toUInt32({end:UInt32} - window_seconds), arrayElement({aligned_starts:Array(UInt32)}, indexOf({aligned_keys:Array(String)}, toString(aligned)))) AS begins,
            arrayConcat([begins], arrayMap(s -> {end:UInt32} - s, tier_long), arrayMap(s -> {end:UInt32} - s, tier_short)) AS windows
        FROM slo_definitions FINAL
        WHERE revision = {revision:String} AND (empty({only:Array(UInt32)}) OR slo IN {only:Array(UInt32)} )
    ),
    rings AS
    (
        SELECT slo, groupArray((ring, good, total)) AS found
        FROM
        (
            SELECT slo, roundDown(toUInt32(slot), {starts:Array(UInt32)}) AS ring, sum(budget_good) AS good, sum(budget_total) AS total
            FROM
            (
                SELECT slo, slot, budget_good, budget_total FROM sli_grains WHERE grain = 60 AND slot IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))
                UNION ALL
                SELECT slo, slot, budget_good, budget_total FROM sli_grains
                WHERE grain = 5 AND toStartOfHour(slot) IN (SELECT toDateTime(arrayJoin({edges:Array(UInt32)}), 'UTC'))
                    AND slot IN (SELECT toDateTime(arrayJoin({fives:Array(UInt32)}), 'UTC'))
                UNION ALL
                SELECT slo, slot, budget_good, budget_total FROM sli_grains
                WHERE grain = 1 AND toStartOfHour(slot) IN (SELECT toDateTime(arrayJoin({edges:Array(UInt32)}), 'UTC'))
                    AND slot IN (SELECT toDateTime(arrayJoin({minutes:Array(UInt32)}), 'UTC'))
            )
            GROUP BY slo, ring
        )
        GROUP BY slo
    ),
    -- A composite is the weighted mean of its parts' shares, those without data left out, in parts per billion; others are their own one part.
    counts AS
    (
        SELECT slo, if(is_composite, arrayMap((g, w) -> if(w > 0, toInt64(round(g / w * 1000000000)), 0), weighted, weight), sums_good) AS good,
            if(is_composite, arrayMap(w -> if(w > 0, toInt64(1000000000), 0), weight), sums_total) AS total
        FROM
        (
            SELECT slo, any(kind = 'composite') AS is_composite, sumForEach(part_good) AS sums_good, sumForEach(part_total) AS sums_total,
                sumForEach(arrayMap((g, t) -> if(t > 0, part_weight * g / t, 0), part_good, part_total)) AS weighted,
                sumForEach(arrayMap(t -> if(t > 0, part_weight, 0), part_total)) AS weight
            FROM
            (
                SELECT d.slo AS slo, d.kind AS kind, d.part_weight AS part_weight,
                    arrayMap(s -> arraySum(x -> if(x.1 >= s, x.2, 0), r.found), d.windows) AS part_good,
                    arrayMap(s -> arraySum(x -> if(x.1 >= s, x.3, 0), r.found), d.windows) AS part_total
                FROM
                (
                    SELECT slo, kind, windows, part, part_weight
                    FROM definitions
                    ARRAY JOIN if(kind = 'composite', parts, [slo]) AS part, if(kind = 'composite', weights, [1.]) AS part_weight
                ) AS d
                LEFT JOIN rings AS r ON d.part = r.slo
            )
            GROUP BY slo
        )
    ),
    before AS
    (
        SELECT slo, argMax((state, firing, frozen, consumed, certain), at) AS last
        FROM sla_states
        GROUP BY slo
    ),
    opened AS
    (
        SELECT sla_id, generation, max(b.breach_id) AS breach_id
        FROM sla_breaches AS b FINAL
        WHERE fact = 'opened' AND subject = '' AND b.breach_id NOT IN (SELECT c.breach_id FROM sla_breaches AS c WHERE c.fact = 'closed')
        GROUP BY sla_id, generation
    ),
    measured AS
    (
        SELECT d.slo AS slo, d.sla_id AS sla_id, d.generation AS generation, d.* EXCEPT (slo, sla_id, generation), c.good AS good, c.total AS total, arrayMap(s -> arrayElement({coverages:Array(Float64)}, indexOf({starts:Array(UInt32)}, s)), d.windows) AS coverage,
            b.last AS last, o.breach_id AS open_breach,
            length(d.tier_names) AS tiers,
            arrayMap((g, t) -> if(t > 0, if(d.target_ppb >= 1000000000, if(g < t, inf, 0), (t - g) / t / ((1000000000 - d.target_ppb) / 1000000000)), nan), c.good, c.total) AS burns
        FROM definitions AS d
        INNER JOIN counts AS c ON d.slo = c.slo
        LEFT JOIN before AS b ON d.slo = b.slo
        LEFT JOIN opened AS o ON d.sla_id = o.sla_id AND d.generation = o.generation
    ),
    tiered AS
    (
        SELECT *,
            arrayMap(i -> coverage[i + 1] < 0.9 OR coverage[i + 1 + tiers] < 0.9 OR (no_data = 'freeze' AND (total[i + 1] = 0 OR total[i + 1 + tiers] = 0)), range(1, tiers + 1)) AS tier_frozen,
            arrayMap(i -> total[i + 1] >= tier_total[i] AND total[i + 1] - good[i + 1] >= tier_bad[i] AND total[i + 1 + tiers] > 0
                AND multiIf(tier_op[i] = 'gte', least(burns[i + 1], burns[i + 1 + tiers]) >= tier_burn[i] * (1 - 1e-12),
                    tier_op[i] = 'gt', least(burns[i + 1], burns[i + 1 + tiers]) > tier_burn[i],
                    tier_op[i] = 'lte', greatest(burns[i + 1], burns[i + 1 + tiers]) <= tier_burn[i] * (1 + 1e-12),
                    greatest(burns[i + 1], burns[i + 1 + tiers]) < tier_burn[i]), range(1, tiers + 1)) AS tier_burning,
            arrayFilter((name, is_frozen, is_burning) -> if(is_frozen, has(last.2, name), is_burning), tier_names, tier_frozen, tier_burning) AS firing,
            total[1] > 0 AND toInt128(good[1]) * 1000000000 < toInt128(target_ppb) * total[1] AS below,
            multiIf(coverage[1] < 0.9, 'coverage', arrayExists(x -> x, arrayMap(i -> coverage[i + 1] < 0.9, range(1, tiers + 1))), 'coverage of tiers',
                arrayExists(x -> x, tier_frozen), 'no data', '') AS frozen,
            if(total[1] > 0, if(target_ppb >= 1000000000, if(good[1] < total[1], -1, 1), 1 - (total[1] - good[1]) / total[1] / ((1000000000 - target_ppb) / 1000000000)), nan) AS left,
            multiIf(total[1] = 0, 'no_data', below, 'breached', left < 0.25, 'at_risk', 'met') AS state,
            toUInt16(multiIf(total[1] = 0 OR left > 0.5, 0, left > 0.25, 50, left > 0, 75, 100)) AS consumed,
            if(aligned = '', {end:UInt32}, arrayElement({aligned_ends:Array(UInt32)}, indexOf({aligned_keys:Array(String)}, toString(aligned)))) AS ends,
            -- An aligned window is lost when all that can still come is good and does not suffice: of slices as many as remain, of events
            -- as many as at the pace so far.
            total[1] > 0 AND aligned != '' AND toInt128(total[1] - good[1]) * 1000000000 > toInt128(1000000000 - target_ppb)
                * (toInt128(total[1]) + multiIf(method = 1, intDiv(ends - {end:UInt32}, slice_seconds), method = 2, intDiv(ends - {end:UInt32}, slice_seconds) * 1000000000,
                    toInt64(ceil(total[1] * ((ends - {end:UInt32}) / greatest({end:UInt32} - begins, 60)))))) AS certain
        FROM measured
    )
SELECT slo, sla_id, generation, kind, good, total, burns, coverage, left, state, firing, tier_names, tier_long, tier_short, tier_burn, tier_frozen, frozen, consumed, certain,
    begins, ends, target_ppb, method, below, open_breach, by_window
FROM tiered
WHERE NOT {only_changed:UInt8} OR (state, firing, frozen, consumed, certain) != last OR (by_window AND below != (open_breach != ''))
ORDER BY sla_id
