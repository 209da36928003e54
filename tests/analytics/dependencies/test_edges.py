"""Edges between services, whoever sent which span when; told again by a walk over the same spans in plain Python."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from analytics import dependencies
from analytics.context import Context
from analytics.dependencies.rows import Standing
from domain.handovers import Fallback
from domain.interval import Interval
from store.store import Store
from tests.conftest import NOW
from tests.support.telemetry import Telemetry, framed

_DAY = Interval.last(timedelta(days=1), NOW)
SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5


@dataclass
class Spoken:
    service: str
    start: datetime
    kind: int = SERVER
    trace: bytes = field(default_factory=lambda: os.urandom(16))
    id: bytes = field(default_factory=lambda: os.urandom(8))
    parent: bytes = b""
    links: tuple[tuple[bytes, bytes], ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    failed: bool = False
    seconds: float = 0.5


def _send(store: Store, *spans: Spoken) -> None:
    """Each span in a request of its own, all in one batch."""
    requests = []
    for span in spans:
        request = ExportTraceServiceRequest()
        whole = request.resource_spans.add()
        name = whole.resource.attributes.add()
        name.key, name.value.string_value = "service.name", span.service
        one = whole.scope_spans.add().spans.add()
        one.trace_id, one.span_id, one.parent_span_id, one.kind, one.name = span.trace, span.id, span.parent, span.kind, "work"
        one.start_time_unix_nano = int(span.start.timestamp() * 1e6) * 1000
        one.end_time_unix_nano = one.start_time_unix_nano + int(span.seconds * 1e9)
        one.status.code = 2 if span.failed else 0
        for trace, id in span.links:
            link = one.links.add()
            link.trace_id, link.span_id = trace, id
        for key, value in span.attributes.items():
            pair = one.attributes.add()
            pair.key, pair.value.string_value = key, value
        requests.append(framed(request.SerializeToString(), NOW))
    store.insert_otlp(b"".join(requests), os.urandom(8).hex())


def _told(context: Context) -> Counter[tuple[str, str, str]]:
    return Counter({(e.mode, e.caller, e.callee): e.calls for e in dependencies.edges(context, _DAY)})


def test_a_parent_in_another_request_and_hour_makes_an_edge_whichever_came_first(store: Store, context: Context) -> None:
    parent = Spoken("purchasing", NOW - timedelta(hours=3))
    child = Spoken("erp", NOW - timedelta(minutes=10), trace=parent.trace, parent=parent.id, failed=True)
    _send(store, child)
    dependencies.catch_up(context)
    assert _told(context) == {("call", "", "erp"): 1}, "a caller nobody reported is not made up"
    _send(store, parent)
    dependencies.catch_up(context)
    told = {(e.caller, e.callee): (e.calls, e.errors, e.standing) for e in dependencies.edges(context, _DAY)}
    assert told == {("purchasing", "erp"): (1, 1, Standing.DECLARED), ("", "purchasing"): (1, 0, Standing.UNKNOWN_CALLER)}


def test_a_consumer_links_to_its_producers_in_other_traces(store: Store, context: Context) -> None:
    first, second = (Spoken("clm", NOW - timedelta(hours=h), kind=PRODUCER) for h in (5, 4))
    links = ((first.trace, first.id), (second.trace, second.id))
    _send(store, Spoken("edi", NOW - timedelta(hours=2), kind=CONSUMER, links=links))
    dependencies.catch_up(context)
    _send(store, first, second)
    dependencies.catch_up(context)
    (edge,) = dependencies.edges(context, _DAY)
    assert (edge.mode, edge.caller, edge.callee, edge.calls) == ("message", "clm", "edi", 2)
    waited = (3 * 3600 - 0.5 + 2 * 3600 - 0.5) / 2
    assert edge.waited_seconds is not None
    assert abs(edge.waited_seconds - waited) < 1e-6


def test_a_client_whose_callee_is_silent_names_it_and_an_answering_one_replaces_that(store: Store, context: Context) -> None:
    called = Spoken("purchasing", NOW - timedelta(hours=1), kind=CLIENT, attributes={"server.address": "gpo.example.org"})
    _send(store, called)
    dependencies.catch_up(context)
    assert _told(context) == {("external", "purchasing", "gpo.example.org"): 1}
    _send(store, Spoken("gpo", NOW - timedelta(minutes=59), trace=called.trace, parent=called.id))
    dependencies.catch_up(context)
    assert _told(context) == {("call", "purchasing", "gpo"): 1}


def test_versions_throttling_and_refusals_are_counted(store: Store, context: Context) -> None:
    caller = Spoken("stranger", NOW - timedelta(hours=1), kind=CLIENT)
    answers = [("/api/v2/orders", "200"), ("/api/v2/orders", "429"), ("/api/v1.1/orders", "401"), ("/orders", "403")]
    calls = [
        Spoken("erp", NOW - timedelta(minutes=50), trace=caller.trace, parent=caller.id, attributes={"http.route": r, "http.response.status_code": c})
        for r, c in answers
    ]  # fmt: skip
    grpc = replace(calls[0], id=os.urandom(8), attributes={"rpc.grpc.status_code": "16", "api.version": "v3"})
    _send(store, caller, *calls, grpc)
    dependencies.catch_up(context)
    (edge,) = dependencies.edges(context, _DAY)
    assert (edge.calls, edge.throttled, edge.refused, edge.standing) == (5, 1, 3, Standing.UNDECLARED_CALLER)
    versions = {e.api_version: (e.calls, e.refused) for e in dependencies.edges(context, _DAY, by_version=True)}
    assert versions == {"v2": (2, 0), "v1.1": (1, 1), "v3": (1, 1)}
    assert dependencies.undeclared(context, _DAY) == dependencies.troubled(context, _DAY) == (edge,)


def test_whatever_the_order_of_arrival_edges_are_those_of_a_walk_over_all_spans(store: Store, context: Context) -> None:
    chance = random.Random(7)
    spans: list[Spoken] = []
    for _ in range(60):
        start = NOW - timedelta(minutes=chance.randint(30, 600))
        caller = chance.choice([s for s in spans if s.start < start] or [None]) if spans else None  # type: ignore[list-item]
        linked = chance.random() < 0.3
        spans.append(
            Spoken(
                chance.choice(["clm", "erp", "edi", "purchasing"]),
                start,
                kind=chance.choice([1, SERVER, CLIENT, PRODUCER, CONSUMER]),
                **(
                    {}
                    if caller is None
                    else {"links": ((caller.trace, caller.id),)}
                    if linked
                    else {"trace": caller.trace, "parent": caller.id}
                ),  # type: ignore[arg-type]
            )
        )
    chance.shuffle(spans)
    for at in range(0, 60, 20):
        _send(store, *spans[at : at + 20])
        dependencies.catch_up(context, buckets_at_once=5)
    assert _told(context) == _walked(spans)
    assert dependencies.catch_up(context) > 0, "what was received within the commit lag is read again"
    assert _told(context) == _walked(spans)


def _walked(spans: list[Spoken]) -> Counter[tuple[str, str, str]]:
    by_id = {(s.trace, s.id): s for s in spans}
    found: Counter[tuple[str, str, str]] = Counter()
    for s in spans:
        named = [("call", by_id.get((s.trace, s.parent)))] + [("message", by_id.get(link)) for link in s.links]
        known = [(mode, p.service) for mode, p in named if p is not None]
        others = [("message" if s.kind == CONSUMER else mode, name) for mode, name in known if name != s.service]
        found.update((mode, name, s.service) for mode, name in others)
        if not known and s.kind in (SERVER, CONSUMER):
            found["message" if s.kind == CONSUMER else "call", "", s.service] += 1
    return found


def test_orders_placed_while_prices_could_not_be_asked_for(store: Store, context: Context, telemetry: Telemetry) -> None:
    fallback = Fallback(id="prices", name="Contract prices", interfaces=("po-to-erp",), flows=("purchase_order",))
    at = replace(context, configuration=context.configuration.model_copy(update={"fallbacks": (fallback,)}))
    for minutes, error in ((90, None), (60, "down"), (50, "down"), (40, "down"), (20, None), (10, "blip")):
        telemetry.span("post", NOW - timedelta(minutes=minutes), error=error, interface_id="po-to-erp")
    for n, minutes in enumerate((70, 55, 30, 15)):
        store.insert("po_lines", [_line(f"PO{n}", NOW - timedelta(minutes=minutes))])
    (gone,) = dependencies.on_last_prices(at, _DAY)
    assert (gone.started, gone.ended, gone.failed_calls) == (NOW - timedelta(minutes=60), NOW - timedelta(minutes=20), 3)
    assert [(m.currency, m.orders, m.lines, m.amount) for m in gone.meanwhile] == [("USD", 2, 2, Decimal("50"))]
    assert gone.prices_as_of is None, "no price was ever made known"
    assert gone.flows == ("purchase_order",)


def _line(order: str, ordered: datetime) -> dict[str, Any]:
    return {
        "purchase_order_id": order, "line": 1, "facility_id": "H01", "supplier_id": "S", "contract_id": "C", "item_id": "I", "quantity": Decimal(10),
        "uom": "EA", "pack_factor": 1, "price": Decimal("2.5"), "currency": "USD", "ordered": ordered, "source_id": order, "received": NOW,
    }  # fmt: skip
