"""One purchase order from 850 to 820, and what acknowledgements do to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from analytics import failures, flows, pricing
from analytics.context import Context
from analytics.flows.rows import FlowState
from domain.interval import Interval
from store.query import Query
from tests.conftest import NOW
from tests.edi.conftest import Take
from tests.support.edi import acknowledgement, functional_acknowledgement, interchange, order

WEEK = Interval(NOW - timedelta(days=6), NOW + timedelta(days=1))
BACK: dict[str, Any] = {"sender": "ZZ:ACMEMED", "receiver": "ZZ:TESTHEALTH"}


def _rows(context: Context, sql: str) -> list[dict[str, Any]]:
    return context.store.records(Query("test", sql))


def test_850_to_820_is_one_flow_instance(context: Context, take: Take) -> None:
    take(interchange(order()))
    take(interchange(acknowledgement(), functional="PR", number=7, **BACK))
    ship = [
        "856",
        "BSN*00*SHIP-1*20261119*1100",
        "HL*1**S",
        "DTM*011*20261119*1030",
        "HL*2*1*O",
        "PRF*PO-1",
        "HL*3*2*I",
        "LIN**VN*VP-1",
        "SN1**10*CA",
    ]
    take(interchange(ship, functional="SH", number=8, **BACK))
    invoice = ["810", "BIG*20261119*INV-1*20261119*PO-1***DI", "N1*ST**92*ST-H01", "IT1*1*10*CA*12.5**VN*VP-1", "TDS*12500"]
    take(interchange(invoice, functional="IN", number=9, time="1100", **BACK))
    paid = ["820", "BPR*C*125*C*ACH************20261119", "TRN*1*PAY-1", "ENT*1", "RMR*IV*INV-1**125"]
    take(interchange(paid, functional="RA", number=2, time="1200"))
    flows.catch_up(context)
    found = flows.instances(context, WEEK, flow="purchase_order")
    assert [(i.key, i.state) for i in found] == [("PO-1", FlowState.IN_FLIGHT)]
    milestones = _rows(
        context,
        "SELECT milestone, outcome, facility_id, time, interface_id FROM milestones WHERE flow = 'purchase_order' ORDER BY time, milestone",
    )
    assert [(m["milestone"], m["facility_id"], m["interface_id"]) for m in milestones] == [
        ("acknowledged", "H01", "edi-855-in"), ("created", "H01", "edi-850-out"), ("shipped", "", "edi-856-in"), ("invoiced", "H01", "edi-810-in"),
    ]  # fmt: skip
    # 09:00 in New York where the supplier is, in Chicago where we are; shipped 10:30 there.
    assert [m["time"] for m in milestones[:3]] == [
        datetime(2026, 11, 19, 14, 0, tzinfo=UTC), datetime(2026, 11, 19, 15, 0, tzinfo=UTC), datetime(2026, 11, 19, 15, 30, tzinfo=UTC),
    ]  # fmt: skip
    flows.catch_up(context)
    [paid_invoice] = flows.instances(context, Interval(NOW - timedelta(days=6), NOW + timedelta(days=3)), flow="invoice_to_pay")
    assert (paid_invoice.key, paid_invoice.authority, paid_invoice.state) == ("INV-1", "S014", FlowState.COMPLETED)
    lines = _rows(
        context, "SELECT line, item_id, quantity, uom, pack_factor, price, contract_id FROM po_lines FINAL ORDER BY line"
    )
    assert [tuple(line.values()) for line in lines] == [
        (1, "40-1", Decimal(10), "CA", 12, Decimal("12.5"), "C-9"), (2, "40-2", Decimal(5), "EA", 1, Decimal("3.1"), "C-9"),
    ]  # fmt: skip
    assert _rows(context, "SELECT supplier_id, invoice_id, purchase_order_id, item_id, facility_id FROM invoices")[0] == {
        "supplier_id": "S014", "invoice_id": "INV-1", "purchase_order_id": "PO-1", "item_id": "40-1", "facility_id": "H01",
    }  # fmt: skip


def test_prices_of_an_832_are_what_orders_are_held_against(context: Context, take: Take) -> None:
    catalog = [
        "832", "BCT*PS*PRICES-9", "REF*CT*C-9", "DTM*092*20260101", "DTM*093*20261231", "LIN*1*VN*VP-1", "CTP**LPR*20", "CTP**CON*11.00**CA", "PO4*12",
        "LIN*2*UP*380740022188", "CTP**CON*3.10**EA", "DTM*093*99991231",
    ]  # fmt: skip
    take(interchange(catalog, functional="SC", date="20261101", **BACK))
    take(interchange(order()))
    total = pricing.total(context, Interval(NOW - timedelta(days=1), NOW + timedelta(days=1)))
    assert [(row.currency, row.overpaid, row.compared_lines) for row in total] == [("USD", Decimal("15.000000"), 2)]
    prices = _rows(context, "SELECT item_id, price, uom, pack_factor, valid_from, valid_to FROM contract_prices ORDER BY item_id")
    start = datetime(2026, 1, 1, 5, 0, tzinfo=UTC)  # midnight where the supplier is
    assert [tuple(price.values()) for price in prices] == [
        ("40-1", Decimal(11), "CA", 12, start, datetime(2027, 1, 1, 5, 0, tzinfo=UTC)), ("40-2", Decimal("3.1"), "EA", 1, start, None),
    ]  # fmt: skip
    received = _rows(context, "SELECT key, item_id FROM milestones WHERE milestone = 'price_file_received' ORDER BY item_id")
    assert [(m["key"], m["item_id"]) for m in received] == [("C-9", "40-1"), ("C-9", "40-2")]


def test_a_rejecting_997_is_a_failure_of_the_order_until_it_is_accepted(context: Context, take: Take) -> None:
    take(interchange(order(), number=41, group=41))
    take(interchange(functional_acknowledgement("R", 41, ("850", "0001", "R")), functional="FA", number=501, time="1010", **BACK))
    [failure] = failures.groups(context, WEEK, state="open")
    assert (failure.interface_id, failure.object_type, failure.object) == ("edi-850-out", "purchase_order", "PO-1")
    assert failure.message == "997 rejected the 850 0001 of group 41 (R, AK5 5)"
    assert _rows(context, "SELECT key, outcome FROM milestones WHERE milestone = 'sent'") == [
        {"key": "PO-1", "outcome": "failed"}
    ]
    take(interchange(order(), number=42, group=42, time="0930"))
    assert len(failures.groups(context, WEEK, state="open")) == 1
    take(interchange(functional_acknowledgement("A", 42), functional="FA", number=502, time="1130", **BACK))
    assert failures.groups(context, WEEK, state="open") == ()
    outcomes = _rows(context, "SELECT outcome FROM milestones FINAL WHERE milestone = 'sent' ORDER BY time")
    assert [m["outcome"] for m in outcomes] == ["failed", "reached"]


def test_rejected_and_changed_lines_of_an_855_are_failures(context: Context, take: Take) -> None:
    take(interchange(acknowledgement("PO-1", "IA", "IP", "R1"), functional="PR", **BACK))
    found = _rows(
        context,
        "SELECT code, failure_class, item_id, purchase_order_id, facility_id, supplier_id FROM failures FINAL ORDER BY code",
    )
    assert [tuple(row.values()) for row in found] == [
        ("855:IP", "unclassified", "VP-2", "PO-1", "H01", "S014"), ("855:R1", "item_mapping_missing", "VP-3", "PO-1", "H01", "S014"),
    ]  # fmt: skip
    proven = _rows(context, "SELECT key, item_id, facility_id FROM milestones WHERE milestone = 'proven'")
    assert proven == [{"key": "C-9", "item_id": "40-1", "facility_id": "H01"}]


def test_the_same_interchange_again_counts_once(context: Context, take: Take) -> None:
    body = interchange(order()), interchange(acknowledgement("PO-1", "IR"), functional="PR", **BACK)
    for minutes in (0, 7):
        for each in body:
            take(each, received=NOW + timedelta(minutes=minutes))
    for table, count in (("edi_documents", 2), ("edi_interchanges", 2), ("po_lines", 2), ("failures", 1), ("milestones", 2)):
        assert _rows(context, f"SELECT count() AS n FROM {table} FINAL") == [{"n": count}], table
