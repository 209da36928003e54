"""Indicators beyond ratio, latency and cycle time: filters, queues, completeness, acknowledgements, composites."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from analytics import sla
from analytics.context import Context
from analytics.sla import judgement, registry
from domain.configuration import Configuration
from tests.conftest import NOW
from tests.support.network import small_network
from tests.support.telemetry import Telemetry

AT = NOW - timedelta(hours=1)
COMMON = {"target": 0.9, "window": "1d", "owner": "integration"}
SLAS = [
    {"id": "north", "kind": "ratio", "name": "North", "interface": "po-to-erp", "where": {"tenant": "north"}, **COMMON},
    {"id": "fast", "kind": "latency", "name": "Fast", "interface": "po-to-erp", "within": "2s",
     "where": {"tenant": "south", "facility.id": "H01"}, **COMMON},
    {"id": "depth", "kind": "threshold", "name": "Depth", "queue": "price.load", "at_most": 10, **COMMON},
    {"id": "age", "kind": "threshold", "name": "Age", "queue": "price.load", "measure": "oldest_age", "at_most": 10, **COMMON},
    {"id": "all", "kind": "completeness", "name": "All", "interface": "po-to-erp", "receiver": "edi-810-in", "key": "purchase_order",
     "within": "10m", **COMMON},
    {"id": "ack", "kind": "acknowledgement", "name": "Answered", "interface": "po-to-erp", "within": "1h", **COMMON},
    {"id": "both", "kind": "composite", "name": "Both", "parts": [{"sla": "north", "weight": 3}, {"sla": "depth"}, {"sla": "age"}], **COMMON},
    {"id": "out", "kind": "external", "name": "Elsewhere", **COMMON},
]  # fmt: skip


@pytest.fixture
def configuration() -> Configuration:
    return small_network(slas=SLAS)


def _evidence(context: Context, telemetry: Telemetry) -> None:
    told = (
        ("north", 1, None, "H01"),
        ("north", 1, "no", "H03"),
        ("south", 1, None, "H01"),
        ("south", 3, None, "H01"),
        ("south", 1, None, "H03"),
    )
    for tenant, seconds, error, facility in told:
        telemetry.span("post", AT, seconds, error=error, interface_id="po-to-erp", facility_id=facility, tenant=tenant)
    for order in ("P1", "P2"):
        telemetry.span("post", AT, 1, interface_id="po-to-erp", purchase_order_id=order)
    telemetry.span("in", AT + timedelta(minutes=3), 1, interface_id="edi-810-in", purchase_order_id="P1")
    sample = {"queue": "price.load", "broker": "b", "interface_id": "", "oldest_age_seconds": None, "received": NOW}
    for n, depth in enumerate((5, 50, 7)):
        context.store.insert("queue_samples", [{**sample, "time": AT + timedelta(seconds=n), "depth": depth}])
    sent = {"sender": "us", "receiver": "them", "set_id": "850", "direction": "out", "interface_id": "po-to-erp", "received": NOW}
    for n in (1, 2):
        document = {**sent, "set_control": str(n), "digest": bytes([n]) * 32, "time": AT - timedelta(hours=n), "set_key": f"k{n}"}
        context.store.insert("edi_documents", [document])
    answer = {"acknowledges": "k1", "kind": "997", "level": "set", "verdict": "accepted", "source_id": "a", "received": NOW}
    context.store.insert("edi_acknowledgements", [{**answer, "time": AT - timedelta(minutes=30)}])


def test_each_kind_counts_what_it_promises(context: Context, telemetry: Telemetry) -> None:
    _evidence(context, telemetry)
    assert sla.measure(context) == 8
    assert sla.measure(context) == 0
    found = {row["sla_id"]: (row["good"][0], row["total"][0]) for row in judgement.judge(context, registry.ensure(context))}
    # The composite: (3 × 1/2 + 1 × 2/3) / 4, age having no data and so no weight.
    assert found == {
        "north": (1, 2), "fast": (1, 2), "depth": (2, 3), "age": (0, 0), "all": (1, 2), "ack": (1, 2),
        "both": (round((3 / 2 + 2 / 3) / 4 * 10**9), 10**9), "out": (0, 0),
    }  # fmt: skip
    opened = {breach.sla_id: breach.opened for breach in sla.record_breaches(context)}
    assert opened["all"] == AT + timedelta(minutes=10)
    assert opened["ack"] == AT - timedelta(hours=1)
    assert set(opened) == {"north", "fast", "depth", "all", "ack", "both"}


def test_what_arrives_late_is_bad_at_its_due_time(context: Context, telemetry: Telemetry) -> None:
    _evidence(context, telemetry)
    sla.measure(context)
    telemetry.span("in", AT + timedelta(minutes=40), 1, interface_id="edi-810-in", purchase_order_id="P2")
    assert sla.measure(replace(context, clock=lambda: NOW + timedelta(minutes=1))) == 0
    telemetry.span("in", AT + timedelta(minutes=5), 1, interface_id="edi-810-in", purchase_order_id="P2")
    assert sla.measure(replace(context, clock=lambda: NOW + timedelta(minutes=2))) == 2
