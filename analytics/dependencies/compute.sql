-- Edges whose callee began in the given buckets. A caller is the parent span or a linked producer, of another service, in whichever request
-- and up to `window` seconds before. A server or consumer whose caller is not known keeps caller '' or what it says of its peer; a client or
-- producer whose callee sent nothing names it itself (mode external).
INSERT INTO call_edges
WITH
(attributes) -> toUInt16OrZero(arrayFirst(v -> v != '', [attributes['http.response.status_code'], attributes['http.status_code'], attributes['error.code']])) AS status_of,
(attributes) -> arrayFirst(v -> v != '', [attributes['api.version'], extract(attributes['http.route'], '(?:^|/)(v[0-9]+(?:\\.[0-9]+)*)(?:/|$)'), extract(attributes['url.path'], '(?:^|/)(v[0-9]+(?:\\.[0-9]+)*)(?:/|$)'), extract(attributes['http.target'], '(?:^|/)(v[0-9]+(?:\\.[0-9]+)*)(?:[/?]|$)')]) AS version_of,
(attributes) -> arrayFirst(v -> v != '', [attributes['peer.service'], attributes['client.id']]) AS peer_of,
(attributes) -> arrayFirst(v -> v != '', [attributes['peer.service'], attributes['server.address'], attributes['net.peer.name'], attributes['messaging.destination.name']]) AS remote_of,
own AS MATERIALIZED
(
    SELECT
        bucket, trace_id, span_id, toString(service) AS service, kind, toString(interface_id) AS interface_id, facility_id, start, end,
        status = 2 AS failed,
        status_of(attributes) AS code,
        attributes['rpc.grpc.status_code'] AS rpc,
        version_of(attributes) AS api_version,
        peer_of(attributes) AS peer,
        remote_of(attributes) AS remote,
        arrayConcat(
            if(parent_span_id = toFixedString('', 8), [], [(trace_id, parent_span_id, 0)]),
            arrayMap(link -> (link.trace_id, link.span_id, 1), links)) AS named
    FROM spans
    WHERE bucket IN {buckets:Array(DateTime('UTC'))}
),
pointers AS MATERIALIZED (SELECT service, trace_id, span_id, arrayJoin(named) AS one FROM own),
callers AS MATERIALIZED
(
    SELECT trace_id, span_id, any(toString(s.service)) AS service, any(toString(s.interface_id)) AS interface_id, any(s.end) AS end
    FROM spans AS s
    WHERE s.bucket IN
        (
            SELECT bucket FROM trace_buckets
            WHERE trace_id IN (SELECT one.1 FROM pointers)
                AND bucket >= {first:DateTime('UTC')} - {window:UInt32} AND bucket <= {last:DateTime('UTC')} + 300
        )
        AND (s.trace_id, s.span_id) IN (SELECT one.1, one.2 FROM pointers)
    GROUP BY trace_id, span_id
),
called AS MATERIALIZED
(
    SELECT p.trace_id AS trace_id, p.span_id AS span_id, c.service AS caller, c.interface_id AS caller_interface, c.end AS sent, p.one.3 AS linked
    FROM pointers AS p
    INNER JOIN callers AS c ON c.trace_id = p.one.1 AND c.span_id = p.one.2
    WHERE c.service != p.service
),
inside AS MATERIALIZED
(
    -- Parent known and of the same service: no call between services, whatever the kind says.
    SELECT p.trace_id AS trace_id, p.span_id AS span_id
    FROM pointers AS p
    INNER JOIN callers AS c ON c.trace_id = p.one.1 AND c.span_id = p.one.2
    WHERE c.service = p.service
),
answered AS
(
    SELECT s.trace_id AS trace_id, s.parent_span_id AS span_id, toString(s.service) AS service
    FROM spans AS s
    WHERE s.bucket IN
        (
            SELECT bucket FROM trace_buckets
            WHERE trace_id IN (SELECT trace_id FROM own WHERE kind IN (3, 4) AND remote != '')
                AND bucket >= {first:DateTime('UTC')} - 300 AND bucket <= {last:DateTime('UTC')} + {window:UInt32}
        )
        AND s.trace_id IN (SELECT trace_id FROM own WHERE kind IN (3, 4) AND remote != '')
    UNION ALL
    SELECT link.trace_id, link.span_id, toString(s.service)
    FROM spans AS s
    ARRAY JOIN s.links AS link
    WHERE s.bucket >= {first:DateTime('UTC')} - 300 AND s.bucket <= {last:DateTime('UTC')} + {window:UInt32}
        AND link.trace_id IN (SELECT trace_id FROM own WHERE kind = 4 AND remote != '')
),
edges AS
(
    SELECT
        o.*,
        if(c.linked = 1 OR o.kind = 5, 'message', 'call') AS mode,
        c.caller AS caller,
        c.caller_interface AS caller_interface,
        o.service AS callee,
        o.interface_id AS callee_interface,
        toUnixTimestamp64Nano(o.start) - toUnixTimestamp64Nano(c.sent) AS waited
    FROM own AS o
    INNER JOIN called AS c ON c.trace_id = o.trace_id AND c.span_id = o.span_id
    UNION ALL
    SELECT o.*, if(o.kind = 5, 'message', 'call'), o.peer, '', o.service, o.interface_id, toInt64(0)
    FROM own AS o
    WHERE o.kind IN (2, 5) AND o.peer != o.service
        AND (o.trace_id, o.span_id) NOT IN (SELECT trace_id, span_id FROM called)
        AND (o.trace_id, o.span_id) NOT IN (SELECT trace_id, span_id FROM inside)
    UNION ALL
    SELECT o.*, 'external', o.service, o.interface_id, o.remote, '', toInt64(0)
    FROM own AS o
    WHERE o.kind IN (3, 4) AND o.remote NOT IN ('', o.service)
        AND (o.trace_id, o.span_id, o.service) NOT IN
            (
                SELECT p.trace_id, p.span_id, p.service FROM own AS p
                INNER JOIN answered AS a ON a.trace_id = p.trace_id AND a.span_id = p.span_id
                WHERE a.service != p.service
            )
)
SELECT
    bucket, mode, caller, caller_interface, callee, callee_interface, facility_id, api_version,
    count() AS calls,
    countIf(failed) AS errors,
    countIf(code = 429 OR rpc = '8') AS throttled,
    countIf(code IN (401, 403, 407) OR rpc IN ('7', '16')) AS refused,
    sum(toUInt64(greatest(0, toUnixTimestamp64Nano(end) - toUnixTimestamp64Nano(start)))) AS duration_sum_ns,
    sumMap(map(toUInt16(floor(8 * log2(greatest(0, toUnixTimestamp64Nano(end) - toUnixTimestamp64Nano(start)) + 1))), toUInt64(1))) AS durations,
    sum(waited) AS waited_sum_ns,
    max(toDateTime64(start, 3, 'UTC')) AS newest,
    {stamp:DateTime64(6,'UTC')} AS computed
FROM edges
GROUP BY bucket, mode, caller, caller_interface, callee, callee_interface, facility_id, api_version
