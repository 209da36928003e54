-- Each moment at which the share over an SLA's rolling window fell below its target or came back.
-- A slice enters the sum at its minute and leaves it one window later, so running sums are window sums.
WITH
    definitions AS
    (
        SELECT d.1 AS sla_id, d.2 AS generation, d.3 AS window_seconds, d.4 AS target_ppb
        FROM (SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {generations:Array(String)}, {windows:Array(UInt32)}, {targets:Array(UInt64)})) AS d)
    ),
    steps AS
    (
        SELECT sla_id, window_seconds, target_ppb, e.1 AS at, sum(e.2) AS good_step, sum(e.3) AS total_step
        FROM
        (
            SELECT d.sla_id AS sla_id, d.window_seconds AS window_seconds, d.target_ppb AS target_ppb,
                arrayJoin([(s.minute, toInt64(s.good), toInt64(s.total)), (s.minute + d.window_seconds, -toInt64(s.good), -toInt64(s.total))]) AS e
            FROM
            (
                SELECT sla_id, generation, minute, sum(sli_slices.good) AS good, sum(sli_slices.total) AS total
                FROM sli_slices FINAL
                WHERE sla_id IN {sla_ids:Array(String)} AND generation IN {generations:Array(String)}
                    AND minute >= toDateTime({oldest:DateTime64(6, 'UTC')}) AND minute <= toDateTime({now:DateTime64(6, 'UTC')})
                GROUP BY sla_id, generation, minute
            ) AS s
            INNER JOIN definitions AS d ON s.sla_id = d.sla_id AND s.generation = d.generation
            WHERE s.minute > toDateTime({now:DateTime64(6, 'UTC')}) - 2 * d.window_seconds
        )
        WHERE at <= toDateTime({now:DateTime64(6, 'UTC')})
        GROUP BY sla_id, window_seconds, target_ppb, at
    ),
    sums AS
    (
        SELECT sla_id, window_seconds, target_ppb, at, sum(good_step) OVER by_time AS good, sum(total_step) OVER by_time AS total,
            good * 1000000000 < toInt64(target_ppb) * total AS below
        FROM steps
        WINDOW by_time AS (PARTITION BY sla_id ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
SELECT sla_id, at, below, good, total
FROM
(
    SELECT *, lagInFrame(below, 1, 0) OVER (PARTITION BY sla_id ORDER BY at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS was_below
    FROM sums
    WHERE at > toDateTime({now:DateTime64(6, 'UTC')}) - window_seconds
)
WHERE below != was_below
ORDER BY sla_id, at
