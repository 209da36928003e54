-- Stretches in which every call of an interface failed: from the first such minute to the next minute with a success. Minutes without calls
-- end nothing. ended NULL: no success since.
WITH
minutes AS
(
    SELECT interface_id, minute, sum(o.spans) AS calls, sum(o.errors) AS failed
    FROM operations_per_minute AS o
    WHERE interface_id IN {interfaces:Array(String)}
        AND minute >= {start:DateTime64(6,'UTC')} - INTERVAL 7 DAY AND minute < {end:DateTime64(6,'UTC')}
    GROUP BY interface_id, minute
),
islands AS
(
    SELECT *, sum(failed < calls) OVER (PARTITION BY interface_id ORDER BY minute) AS successes_before
    FROM minutes
),
stretches AS
(
    SELECT
        interface_id,
        successes_before,
        minIf(minute, failed = calls) AS started,
        maxIf(minute, failed = calls) AS last_failed,
        sumIf(failed, failed = calls) AS failed_calls
    FROM islands
    GROUP BY interface_id, successes_before
    HAVING failed_calls > 0
),
ended AS
(
    SELECT s.*, minOrNullIf(m.minute, m.minute > s.last_failed AND m.failed < m.calls) AS ended
    FROM stretches AS s
    LEFT JOIN minutes AS m ON m.interface_id = s.interface_id
    GROUP BY s.interface_id, s.successes_before, s.started, s.last_failed, s.failed_calls
)
SELECT
    toString(interface_id) AS interface_id,
    toDateTime64(started, 3, 'UTC') AS started,
    toDateTime64(ended, 3, 'UTC') AS ended,
    failed_calls
FROM ended
WHERE failed_calls >= {least:UInt32} AND ifNull(ended, {end:DateTime64(6,'UTC')}) > {start:DateTime64(6,'UTC')}
ORDER BY started, interface_id
