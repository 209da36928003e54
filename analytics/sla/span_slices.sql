-- Ratio and latency where attributes narrow them, from the spans of the minutes that received anything. A span is looked up once per
-- set of attribute names in use on its interface, so a thousand SLAs that differ in a value only cost no more than one.
INSERT INTO sli_slices (sla_id, generation, facility_id, minute, good, total, measured)
WITH
    definitions AS
    (
        SELECT d.sla_id AS sla_id, d.generation AS generation, d.interface AS interface, d.operation AS operation, d.kind AS kind,
            d.within_us * 1000 AS within_ns, d.filter_keys AS filter_keys, cityHash64(d.filter_values) AS filter_hash, w.since AS since
        FROM (SELECT * FROM slo_definitions FINAL WHERE revision = {revision:String} AND kind IN ('ratio', 'latency') AND notEmpty(filter_keys)) AS d
        INNER JOIN (SELECT p.1 AS sla_id, p.2 AS since FROM (SELECT arrayJoin(arrayZip({sla_ids:Array(String)}, {since:Array(DateTime64(3, 'UTC'))})) AS p)) AS w
            ON d.sla_id = w.sla_id
    ),
    changed AS
    (
        SELECT d.interface AS interface, o.minute AS minute
        FROM operations_per_minute AS o
        INNER JOIN (SELECT interface, min(since) AS since FROM definitions GROUP BY interface) AS d ON toString(o.interface_id) = toString(d.interface)
        WHERE o.received > {earliest:DateTime64(3, 'UTC')} AND o.received > d.since
        GROUP BY interface, minute
    ),
    looked_up AS
    (
        SELECT s.interface AS interface, s.facility_id AS facility_id, s.minute AS minute, s.name AS operation, k.filter_keys AS filter_keys,
            cityHash64(arrayMap(key -> multiIf(key = 'facility.id', s.facility_id, key = 'service.name', s.service,
                mapContains(s.attributes, key), s.attributes[key], toString(s.resource_attributes[key])), k.filter_keys)) AS filter_hash,
            s.is_error AS is_error, s.nanoseconds AS nanoseconds
        FROM
        (
            SELECT toString(interface_id) AS interface, toString(spans.facility_id) AS facility_id, toString(service) AS service, toString(spans.name) AS name,
                toStartOfMinute(toDateTime(start, 'UTC')) AS minute, status = 2 AS is_error,
                toUnixTimestamp64Nano(end) - toUnixTimestamp64Nano(start) AS nanoseconds, attributes, resource_attributes
            FROM spans
            WHERE bucket IN (SELECT DISTINCT toStartOfFiveMinutes(minute) FROM changed) AND (toString(interface_id), minute) IN (SELECT toString(interface), minute FROM changed)
        ) AS s
        INNER JOIN (SELECT DISTINCT toString(interface) AS interface, filter_keys FROM definitions) AS k ON s.interface = k.interface
    )
SELECT sla_id, generation, facility_id, minute, sum(fresh_good) AS good, sum(fresh_total) AS total, {stamp:DateTime64(3, 'UTC')} AS measured
FROM
(
    SELECT d.sla_id AS sla_id, d.generation AS generation, l.facility_id AS facility_id, l.minute AS minute,
        countIf(if(d.kind = 'ratio', NOT l.is_error, l.nanoseconds <= d.within_ns)) AS fresh_good, count() AS fresh_total, 0 AS recorded_good, 0 AS recorded_total
    FROM looked_up AS l
    INNER JOIN definitions AS d ON l.interface = toString(d.interface) AND l.filter_keys = d.filter_keys AND l.filter_hash = d.filter_hash
    WHERE d.operation = '' OR l.operation = d.operation
    GROUP BY sla_id, generation, facility_id, minute
    UNION ALL
    SELECT d.sla_id AS sla_id, d.generation AS generation, toString(r.facility_id) AS facility_id, r.minute AS minute, 0 AS fresh_good, 0 AS fresh_total,
        r.good AS recorded_good, r.total AS recorded_total
    FROM
    (
        SELECT toString(sla_id) AS sla_id, toString(generation) AS generation, facility_id, minute, good, total
        FROM sli_slices FINAL
        WHERE toStartOfHour(minute) IN (SELECT DISTINCT toStartOfHour(minute) FROM changed) AND sla_id IN {sla_ids:Array(String)}
    ) AS r
    INNER JOIN definitions AS d ON r.sla_id = d.sla_id AND r.generation = d.generation
    WHERE (toString(d.interface), r.minute) IN (SELECT toString(interface), minute FROM changed)
)
GROUP BY sla_id, generation, facility_id, minute
HAVING good != sum(recorded_good) OR total != sum(recorded_total)
