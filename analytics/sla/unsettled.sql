-- SLAs whose share over their window now disagrees with the record of breaches, and SLAs whose history was measured anew.
WITH definitions AS
(
    SELECT d.1 AS sla_id, d.2 AS generation, d.3 AS window_seconds, d.4 AS target_ppb
    FROM (SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {generations:Array(String)}, {windows:Array(UInt32)}, {targets:Array(UInt64)})) AS d)
)
SELECT sla_id
FROM
(
    SELECT d.sla_id AS sla_id, d.generation AS generation,
        toInt64(sumIf(s.good, s.minute > toDateTime({now:DateTime64(6, 'UTC')}) - d.window_seconds)) * 1000000000
            < toInt64(any(d.target_ppb)) * toInt64(sumIf(s.total, s.minute > toDateTime({now:DateTime64(6, 'UTC')}) - d.window_seconds)) AS below
    FROM definitions AS d
    LEFT JOIN
    (
        SELECT sla_id, generation, minute, good, total
        FROM sli_slices FINAL
        WHERE sla_id IN {sla_ids:Array(String)} AND generation IN {generations:Array(String)}
            AND minute > toDateTime({oldest:DateTime64(6, 'UTC')}) AND minute <= toDateTime({now:DateTime64(6, 'UTC')})
    ) AS s ON d.sla_id = s.sla_id AND d.generation = s.generation
    GROUP BY sla_id, generation
) AS judged
WHERE judged.below != ((sla_id, generation) IN
(
    SELECT b.sla_id, b.generation
    FROM sla_breaches AS b FINAL
    WHERE b.fact = 'opened' AND b.subject = ''
        AND b.breach_id NOT IN (SELECT c.breach_id FROM sla_breaches AS c WHERE c.fact = 'closed')
))
UNION DISTINCT
SELECT DISTINCT toString(sla_id)
FROM sli_slices
WHERE sla_id IN {sla_ids:Array(String)} AND measured > {since:DateTime64(3, 'UTC')}
    AND minute < toDateTime({now:DateTime64(6, 'UTC')}) - 3600
