"""Bodies that rules read, several sets of rules, and what a store says of them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector.collector import Collector
from domain.configuration import Configuration
from domain.intake import Signal
from store.query import Query
from store.store import Store
from tests.conftest import NOW
from tests.support.network import NETWORK, small_network

_INTERFACES = ("clm-contract-events", "erp-price-load", "catalog-refresh", "po-to-erp")
_NAMES = ("contract.executed", "load prices", "refresh", "price load 'final'")
_MESSAGES = ("", "No mapping for item 40-1 at H07", "Gateway timeout", "no such thing")
_COLUMNS = {
    "milestones": "* EXCEPT (generation, sequence)",
    "failures": "* EXCEPT (generation, sequence)",
}


def rules(version: int) -> Configuration:
    """Version 1 is the small network's; 2 and 3 find, name and classify other things, 3 under another attribute of the contract."""
    changes: dict[str, Any] = {}
    if version >= 2:
        changes["milestone_rules"] = [
            *NETWORK["milestone_rules"][1:],
            {"id": "loaded-too", "flow": "contract_activation", "milestone": "executed", "when": {"span_name": "price load 'final'", "status": "any"}},
        ]  # fmt: skip
        changes["failure_rules"] = [
            {"id": "slow", "failure_class": "timeout", "pattern": r"(?i)timeout|no mapping for item (?P<item>[\w-]+)"}
        ]
    if version >= 3:
        changes["milestone_rules"] = changes["milestone_rules"][2:]
        changes["key_types"] = [
            {"id": "contract", "attribute": "legacy.contract", "aliases": ["contract.id"]}, *NETWORK["key_types"][1:]
        ]  # fmt: skip
    return small_network(**changes)


def bodies(seed: int, count: int, spans: int = 5) -> list[bytes]:
    """Trace requests, each different."""
    chosen = random.Random(seed)
    return [_body(chosen, spans) for _ in range(count)]


def _body(chosen: random.Random, spans: int) -> bytes:
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    scope = resource.scope_spans.add()
    for _ in range(spans):
        span = scope.spans.add()
        span.trace_id, span.span_id = chosen.randbytes(16), chosen.randbytes(8)
        span.name = chosen.choice(_NAMES)
        started = NOW - timedelta(minutes=chosen.randrange(60 * 24))
        span.start_time_unix_nano = int(started.timestamp()) * 10**9
        span.end_time_unix_nano = span.start_time_unix_nano + chosen.randrange(10**10) // 1000 * 1000
        if chosen.random() < 0.4:
            span.status.code, span.status.message = 2, chosen.choice(_MESSAGES)  # type: ignore[assignment]
        attributes = {
            "interface.id": chosen.choice(_INTERFACES), "contract.id": f"K-{chosen.randrange(50)}",
            "facility.id": chosen.choice(("H01", "H03", "H07")), "item.id": f"40-{chosen.randrange(9)}",
        }  # fmt: skip
        if chosen.random() < 0.3:
            attributes["legacy.contract"] = f"L-{chosen.randrange(50)}"
        for key, value in attributes.items():
            pair = span.attributes.add()
            pair.key, pair.value.string_value = key, value
    return request.SerializeToString()


def reports(seed: int, count: int) -> list[tuple[str, bytes]]:
    """Events of kind failure and batch runs with rejects, as (signal, body)."""
    chosen = random.Random(seed)
    found: list[tuple[str, bytes]] = []
    for number in range(count):
        at = (NOW - timedelta(minutes=number)).isoformat()
        message = chosen.choice(_MESSAGES[1:])
        data = {
            "interface_id": "po-to-erp",
            "code": chosen.choice(("504", "")),
            "message": message,
            "purchase_order_id": f"P{number}",
        }
        event = {
            "specversion": "1.0", "id": f"{seed}-{number}", "source": "/erp", "type": "supplyscope.failure", "time": at,
            "data": data | {"time": at},
        }  # fmt: skip
        run = {
            "job": "price-load", "run_id": f"{seed}-{number}", "status": "partial", "started": at, "finished": at,
            "rejects": [{"line": number, "message": message}],
        }  # fmt: skip
        found += [("events", json.dumps(event).encode()), ("batches", json.dumps(run).encode())]
    return found


def send_all(collector: Collector, messages: Sequence[tuple[str, bytes]]) -> None:
    """Send together, so that few commits take them all."""
    commits = [
        (collector.take_otlp(Signal.TRACES, body) if signal == "traces" else collector.take_json(signal, body))[1]
        for signal, body in messages
    ]
    for commit in commits:
        if commit is not None:
            commit.result(60)


def send(collector: Collector, signal: str, body: bytes) -> None:
    """Send and wait for the commit; Refused when it is not taken."""
    _, commit = collector.take_otlp(Signal.TRACES, body) if signal == "traces" else collector.take_json(signal, body)
    if commit is not None:
        commit.result(60)


def of_rules(store: Store, table: str) -> list[tuple[Any, ...]]:
    """Rows readers see of `table`, without what tells generations apart, in a fixed order; no row twice."""
    query = f"SELECT DISTINCT {_COLUMNS[table]} FROM current_{table} ORDER BY ALL"
    return [tuple(str(value) for value in row.values()) for row in store.records(Query(f"test/{table}", query))]


def seen_by_readers(store: Store) -> dict[str, Sequence[tuple[Any, ...]]]:
    return {table: of_rules(store, table) for table in _COLUMNS}


MESSAGES = [*(("traces", body) for body in bodies(7, 20, spans=20)), *reports(7, 5)]
