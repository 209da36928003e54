"""Doubles of suppliers and items: by number, by name, against each other, between systems, in crosswalks; with the money under them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from analytics import desk, masters
from analytics.context import Context
from domain.interval import Interval
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
WEEK = Interval(NOW - timedelta(days=7), NOW + timedelta(minutes=1))


def supplier(telemetry: Telemetry, id: str, interface: str = "po-to-erp", **told: str) -> None:
    attributes = {f"supplier.{name}": value for name, value in told.items()}
    telemetry.milestone("purchase_order", f"PO-{id}-{interface}", "created", NOW - timedelta(hours=3), supplier_id=id,
        interface_id=interface, attributes=attributes)  # fmt: skip


def found(context: Context) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    masters.collect_masters(context)
    return {(p.id, p.other_id): (p.kind, p.reasons) for p in masters.pairs(context, WEEK)}


def test_the_same_number_or_name_makes_a_pair(context: Context, telemetry: Telemetry) -> None:
    supplier(telemetry, "S1", name="Acme Medical, Inc.", duns="08-001-4014")
    supplier(telemetry, "S2", name="ACME MEDICAL LLC")
    supplier(telemetry, "S3", name="Other house", duns="080014014")
    supplier(telemetry, "S4", name="Acme Surgical")
    supplier(telemetry, "S5", name="Co.")
    assert found(context) == {
        ("S1", "S2"): ("duplicate", ("same name: Acme Medical, Inc. / ACME MEDICAL LLC",)),
        ("S1", "S3"): ("duplicate", ("same duns: 08-001-4014",)),
    }


def test_the_same_name_with_other_numbers_is_a_conflict(context: Context, telemetry: Telemetry) -> None:
    supplier(telemetry, "S1", name="Acme", tax_id="11-111")
    supplier(telemetry, "S2", name="Acme", tax_id="22-222")
    assert found(context) == {("S1", "S2"): ("conflicting", ("same name: Acme", "different tax_id: 11-111 / 22-222"))}


def test_one_record_told_differently_is_divergent(context: Context, telemetry: Telemetry) -> None:
    supplier(telemetry, "S1", name="Acme", duns="111111111")
    supplier(telemetry, "S1", "invoice-match", name="Acme Inc", duns="222222222")
    ((kind, (reason,)),) = found(context).values()
    assert kind == "divergent"
    assert reason.startswith("duns differs: 111111111 in ")


def test_a_number_that_stands_for_two_of_ours_in_the_crosswalk(context: Context) -> None:
    row = {"key_type": "item", "authority": "erp", "other_authority": "gtin", "source": "event", "source_id": "c", "received": NOW,
        "valid_from": None, "valid_to": None, "withdrawn": 0}  # fmt: skip
    context.store.insert("crosswalks", [
        row | {"value": "40-1", "other_value": "00380740022171"}, row | {"value": "40-2", "other_value": "380740022171"},
        row | {"value": "40-1", "other_value": "00380740022188"},
        row | {"value": "40-3", "other_value": "00380740022188", "valid_to": (NOW - timedelta(days=30)).date()},
    ])  # fmt: skip
    assert found(context) == {("40-1", "40-2"): ("duplicate", ("same gtin: 00380740022171",))}


def test_edi_partners_tell_their_number(context: Context) -> None:
    def document(number: int, sender: str, id: str) -> dict[str, object]:
        return {"sender": sender, "receiver": "ZZ:US", "interchange_control": str(number), "direction": "in", "supplier_id": id, "digest": b"d" * 32,
            "time": NOW - timedelta(hours=1), "received": NOW, "partner": f"p{number}"}  # fmt: skip

    context.store.insert(
        "edi_documents",
        [document(1, "01:123456789", "S1"), document(2, "14:1234567890001", "S2"), document(3, "ZZ:123456789", "S3")],
    )
    assert set(found(context)) == {("S1", "S2")}


def test_money_and_a_work_item_of_the_steward(context: Context, telemetry: Telemetry) -> None:
    for id in ("S1", "S2"):
        supplier(telemetry, id, name="Acme")
    context.store.insert("po_lines", [
        {"purchase_order_id": f"PO-{n}", "line": 1, "facility_id": "H07", "supplier_id": id, "item_id": "40-1", "quantity": Decimal("2"),
         "price": Decimal("1.25"), "currency": "USD", "ordered": NOW - timedelta(days=n), "received": NOW}
        for n, id in ((1, "S1"), (2, "S2"), (3, "S3"), (30, "S1"))])  # fmt: skip
    for _ in range(2):
        masters.collect_masters(context)
    (pair,) = masters.pairs(context, WEEK)
    assert ([(a.currency, a.amount) for a in pair.amounts], pair.orders) == ([("USD", Decimal("5"))], 2)
    (item,) = desk.items(context, WEEK)
    assert (item.item_id, item.about, item.object_type, item.object) == (pair.item_id, "duplicate", "supplier", "S1 | S2")
    desk.ask(context, [item.item_id], {"resolve": "merged"}, actor="item-master")
    desk.accept_commands(context)
    masters.collect_masters(context)
    assert desk.items(context, WEEK) == ()
