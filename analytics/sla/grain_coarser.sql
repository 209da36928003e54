-- The slots of a coarser grain that hold touched slices, summed from the finer grain, as differences to what is there.
INSERT INTO sli_grains (grain, slot, slo, good, total, good_slices, counted_slices, excluded_seconds, budget_good, budget_total)
WITH
    touched AS
    (
        SELECT DISTINCT t.slo AS slo,
            toDateTime(intDiv(arrayJoin(range(toUInt32(t.slice), toUInt32(t.slice) + d.slice_seconds, 60)), 60 * {grain:UInt8}) * 60 * {grain:UInt8}, 'UTC') AS slot
        FROM sli_touched AS t
        INNER JOIN (SELECT slo, slice_seconds FROM slo_definitions FINAL WHERE revision = {revision:String}) AS d ON t.slo = d.slo
        WHERE t.run = {run:DateTime64(3, 'UTC')}
    ),
    hours AS (SELECT DISTINCT toStartOfHour(slot) AS hour FROM touched)
SELECT {grain:UInt8} AS grain, toDateTime(intDiv(toUInt32(f.slot), 60 * {grain:UInt8}) * 60 * {grain:UInt8}, 'UTC') AS slot, f.slo AS slo,
    sum(f.good * f.sign) AS good, sum(f.total * f.sign) AS total, sum(f.good_slices * f.sign) AS good_slices, sum(f.counted_slices * f.sign) AS counted_slices,
    sum(f.excluded_seconds * f.sign) AS excluded_seconds, sum(f.budget_good * f.sign) AS budget_good, sum(f.budget_total * f.sign) AS budget_total
FROM
(
    SELECT *, if(grain = {grain:UInt8}, -1, 1) AS sign
    FROM sli_grains
    WHERE grain IN ({finer:UInt8}, {grain:UInt8}) AND toStartOfHour(slot) IN (SELECT hour FROM hours)
        AND (slo, toDateTime(intDiv(toUInt32(slot), 60 * {grain:UInt8}) * 60 * {grain:UInt8}, 'UTC')) IN (SELECT slo, slot FROM touched)
) AS f
GROUP BY slo, slot
HAVING good != 0 OR total != 0 OR good_slices != 0 OR counted_slices != 0 OR excluded_seconds != 0 OR budget_good != 0 OR budget_total != 0
