-- Slices to count again: measured since, of SLAs that are new, excluded or no longer excluded since, or (where silence counts) ended since.
INSERT INTO sli_touched (run, slice, slo)
WITH definitions AS
(
    SELECT slo, sla_id, generation, slice_seconds, no_data, added
    FROM slo_definitions FINAL
    WHERE revision = {revision:String}
)
SELECT DISTINCT {run:DateTime64(3, 'UTC')} AS run, toDateTime(intDiv(toUInt32(t.minute), t.slice_seconds) * t.slice_seconds, 'UTC') AS slice, t.slo AS slo
FROM
(
    SELECT d.slo AS slo, s.minute AS minute, d.slice_seconds AS slice_seconds
    FROM (SELECT DISTINCT toString(sla_id) AS sla_id, toString(generation) AS generation, minute FROM sli_slices WHERE measured > {measured:DateTime64(3, 'UTC')}) AS s
    INNER JOIN definitions AS d ON s.sla_id = d.sla_id AND s.generation = d.generation
    UNION ALL
    SELECT d.slo AS slo, s.minute AS minute, d.slice_seconds AS slice_seconds
    FROM
    (
        SELECT DISTINCT toString(sla_id) AS sla_id, toString(generation) AS generation, minute
        FROM sli_slices
        WHERE sla_id IN (SELECT sla_id FROM definitions WHERE added > {added:DateTime64(3, 'UTC')})
    ) AS s
    INNER JOIN definitions AS d ON s.sla_id = d.sla_id AND s.generation = d.generation
    WHERE d.added > {added:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT d.slo AS slo, toDateTime(arrayJoin(range(toUInt32(e.start), toUInt32(e.end), 60)), 'UTC') AS minute, d.slice_seconds AS slice_seconds
    FROM (SELECT * FROM sla_exclusions FINAL) AS e
    INNER JOIN definitions AS d ON e.sla_id = d.sla_id
    WHERE e.recorded > {excluded:DateTime64(3, 'UTC')} OR d.added > {added:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT d.slo AS slo, toDateTime(arrayJoin(range({filled_from:UInt32}, {filled_until:UInt32}, 60)), 'UTC') AS minute, d.slice_seconds AS slice_seconds
    FROM definitions AS d
    WHERE d.no_data IN ('bad', 'good')
) AS t
