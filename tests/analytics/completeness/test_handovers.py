"""Sent against received, beside the same pairing in plain Python."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from analytics import completeness
from analytics.context import Context
from domain.handovers import Handover
from domain.interval import Interval
from tests.conftest import NOW
from tests.support.telemetry import Telemetry

_DAY = Interval.last(timedelta(hours=24), NOW)
_WITHIN = timedelta(hours=2)


def _with(context: Context, sent: dict[str, str], received: dict[str, str], key: str = "purchase_order") -> Context:
    one: dict[str, Any] = {"id": "po", "name": "PO", "sent": sent, "received": received, "within": "2h", "key": key}
    return replace(context, configuration=context.configuration.model_copy(update={"handovers": (Handover.model_validate(one),)}))


_FLOW = {"flow": "purchase_order", "milestone": "created"}, {"flow": "purchase_order", "milestone": "erp_posted"}


def test_milestones_are_paired_by_key_whatever_their_order_and_repetition(context: Context, telemetry: Telemetry) -> None:
    chance = random.Random(4)
    sent: list[tuple[str, datetime]] = []
    received: list[tuple[str, datetime]] = []
    for n in range(40):
        at = NOW - timedelta(minutes=chance.randint(1, 1430))
        sent += [(f"PO{n}", at)] * chance.choice([1, 1, 2])
        after = timedelta(minutes=chance.choice([-30, -3, 10, 119, 121, 300]))
        if chance.random() < 0.7 and at + after <= NOW:
            received.append((f"PO{n}", at + after))
    received.append(("PO-stranger", NOW - timedelta(hours=1)))
    for rows, milestone in ((received, "erp_posted"), (sent, "created")):
        for key, at in rows:
            telemetry.milestone("purchase_order", key, milestone, at)
    at = _with(context, *_FLOW)
    hours, lost = _by_hand(sent, received)
    found = completeness.by_hour(at, _DAY)
    assert {h.hour: (h.sent, h.received, h.received_late, h.missing, h.awaited) for h in found} == hours
    assert [m.key for m in completeness.missing(at, _DAY)] == lost
    assert [u.key for u in completeness.unsent(at, _DAY)] == ["PO-stranger"]


def _by_hand(
    sent: list[tuple[str, datetime]], received: list[tuple[str, datetime]]
) -> tuple[dict[datetime, tuple[int, ...]], list[str]]:
    counts: dict[datetime, Counter[str]] = {}
    lost = []
    for key, first in {key: min(at for k, at in sent if k == key) for key, _ in sent}.items():
        hour = counts.setdefault(first.replace(minute=0, second=0, microsecond=0), Counter())
        came = [at for k, at in received if k == key and at >= first - timedelta(minutes=5)]
        due = first + _WITHIN
        hour["sent"] += 1
        hour["received" if came else "missing" if due < NOW else "awaited"] += 1
        hour["late"] += bool(came) and min(came) > due
        if not came and due < NOW:
            lost.append((due, key))
    names = ("sent", "received", "late", "missing", "awaited")
    return {hour: tuple(told[name] for name in names) for hour, told in counts.items()}, [key for _, key in sorted(lost)]


def test_interfaces_are_paired_by_the_key_of_their_calls_that_did_not_fail(context: Context, telemetry: Telemetry) -> None:
    at = _with(context, {"interface": "po-to-erp"}, {"interface": "edi-810-in"})
    for n in range(3):
        telemetry.span("send", NOW - timedelta(hours=5, minutes=n), interface_id="po-to-erp", purchase_order_id=f"PO{n}")
    telemetry.span("take", NOW - timedelta(hours=4), interface_id="edi-810-in", purchase_order_id="PO0")
    telemetry.span("take", NOW - timedelta(hours=4), interface_id="edi-810-in", purchase_order_id="PO1", error="no")
    telemetry.span("take", NOW - timedelta(hours=4), interface_id="edi-810-in", purchase_order_id="PO9")
    assert [(m.key, m.due) for m in completeness.missing(at, _DAY)] == [
        ("PO2", NOW - timedelta(hours=3, minutes=2)), ("PO1", NOW - timedelta(hours=3, minutes=1)),
    ]  # fmt: skip
    assert [u.key for u in completeness.unsent(at, _DAY)] == ["PO9"]


def test_the_same_invoice_number_of_two_suppliers_is_two_invoices(context: Context, telemetry: Telemetry) -> None:
    at = _with(context, {"interface": "edi-810-in"}, {"interface": "po-to-erp"}, key="invoice")
    for supplier in ("S1", "S2"):
        telemetry.span("in", NOW - timedelta(hours=5), interface_id="edi-810-in", invoice_id="7", supplier_id=supplier)
    telemetry.span("out", NOW - timedelta(hours=4), interface_id="po-to-erp", invoice_id="7", supplier_id="S1")
    assert [(m.authority, m.key) for m in completeness.missing(at, _DAY)] == [("S2", "7")]
    telemetry.span(
        "other", NOW - timedelta(hours=4), interface_id="po-to-erp", invoice_id="7", supplier_id="S2", facility_id="H01"
    )
    assert completeness.missing(at, _DAY) == ()


def test_a_reader_of_one_facility_is_not_told_of_others(context: Context, telemetry: Telemetry) -> None:
    at = _with(context, *_FLOW)
    for facility in ("H01", "H03"):
        telemetry.milestone("purchase_order", f"PO-{facility}", "created", NOW - timedelta(hours=6), facility_id=facility)
    assert [m.key for m in completeness.missing(at.narrowed("H03"), _DAY)] == ["PO-H03"]
