-- Each moment at which the share over an SLA's window fell below its target or came back.
-- A slice enters the sum at its minute and leaves it one window later, or at the end of its calendar period; so running sums are window sums.
WITH
    definitions AS
    (
        SELECT slo, sla_id, toUInt32(window_seconds) AS window_seconds, target_ppb,
            arrayElement({aligned_bounds:Array(Array(UInt32))}, indexOf({aligned_keys:Array(String)}, toString(aligned))) AS bounds
        FROM slo_definitions FINAL
        WHERE revision = {revision:String} AND slo IN {slos:Array(UInt32)}
    ),
    steps AS
    (
        SELECT slo, sla_id, window_seconds, target_ppb, e.1 AS at, sum(e.2) AS good_step, sum(e.3) AS total_step
        FROM
        (
            SELECT d.slo AS slo, d.sla_id AS sla_id, d.window_seconds AS window_seconds, d.target_ppb AS target_ppb, toUInt32(s.slot) AS minute,
                if(empty(d.bounds), minute + d.window_seconds, arrayFirst(b -> b > minute, d.bounds)) AS leaves,
                arrayJoin([(minute, s.good, s.total), (toUInt32(leaves), -s.good, -s.total)]) AS e
            FROM
            (
                SELECT slo, slot, sum(g.budget_good) AS good, sum(g.budget_total) AS total
                FROM sli_grains AS g
                WHERE grain = 1 AND slo IN {slos:Array(UInt32)} AND toStartOfHour(slot) >= toStartOfHour(toDateTime({oldest:DateTime64(6, 'UTC')}))
                    AND slot <= toDateTime({now:DateTime64(6, 'UTC')})
                GROUP BY slo, slot
            ) AS s
            INNER JOIN definitions AS d ON s.slo = d.slo
            WHERE s.slot > toDateTime({now:DateTime64(6, 'UTC')}) - 2 * d.window_seconds
        )
        WHERE at <= toUnixTimestamp(toDateTime({now:DateTime64(6, 'UTC')}))
        GROUP BY slo, sla_id, window_seconds, target_ppb, at
    ),
    sums AS
    (
        SELECT slo, sla_id, window_seconds, at, sum(good_step) OVER by_time AS good, sum(total_step) OVER by_time AS total,
            toInt128(good) * 1000000000 < toInt128(target_ppb) * total AS below
        FROM steps
        WINDOW by_time AS (PARTITION BY slo, target_ppb ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
SELECT sla_id, toDateTime(at, 'UTC') AS at, below, good, total
FROM
(
    SELECT *, lagInFrame(below, 1, 0) OVER (PARTITION BY slo ORDER BY at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS was_below
    FROM sums
    WHERE at > toUnixTimestamp(toDateTime({now:DateTime64(6, 'UTC')})) - window_seconds
)
WHERE below != was_below
ORDER BY sla_id, at
