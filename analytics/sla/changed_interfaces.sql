-- For each SLA on an interface: the minutes that received anything since it was measured.
SELECT d.1 AS sla_id, min(o.minute) AS first_minute, max(greatest(o.minute, toDateTime(o.last_success, 'UTC'))) AS last_minute
FROM operations_per_minute AS o
INNER JOIN
(
    SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {interfaces:Array(String)}, {since:Array(DateTime64(3, 'UTC'))})) AS d
) AS definitions ON o.interface_id = d.2
WHERE o.interface_id IN {interfaces:Array(String)} AND o.received > {earliest:DateTime64(3, 'UTC')} AND o.received > d.3
GROUP BY sla_id
