"""Which interface failure stands behind an invoice exception."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from analytics import pricing
from analytics.context import Context
from domain.interval import Interval
from store.store import Store
from tests.conftest import NOW
from tests.support.telemetry import Telemetry

_WEEK = Interval.last(timedelta(days=7), NOW)
_REFUSED = NOW - timedelta(days=6)
_ORDERED = NOW - timedelta(days=5)
_INVOICED = NOW - timedelta(days=2)


def _invoice(store: Store, ordered: datetime = _ORDERED) -> None:
    common = {
        "purchase_order_id": "PO-1",
        "line": 1,
        "facility_id": "H07",
        "item_id": "1",
        "supplier_id": "S1",
        "quantity": Decimal(2),
        "price": Decimal("4.5"),
    }
    common |= {"currency": "USD", "uom": "EA", "pack_factor": 1, "received": NOW}
    store.insert("po_lines", [common | {"ordered": ordered}])
    store.insert("invoices", [common | {"invoice_id": "INV-1", "invoiced": _INVOICED, "exception": "price_mismatch"}])


def _load(telemetry: Telemetry, at: datetime, error: str | None, facility: str = "H07") -> None:
    telemetry.span("load", at, error=error, interface_id="erp-price-load", facility_id=facility, item_id="1")


def test_a_failure_of_the_item_open_when_ordered_explains_it(store: Store, context: Context, telemetry: Telemetry) -> None:
    _invoice(store)
    _load(telemetry, _REFUSED, "No mapping for item 1 at H07")
    _load(telemetry, _ORDERED + timedelta(days=1), None)
    (row,) = pricing.invoice_exceptions(context, _WEEK)
    assert (row.failure_class, row.failure_interface, row.amount) == ("item_mapping_missing", "erp-price-load", Decimal(9))
    assert row.failure_message == "No mapping for item 1 at H07"


def test_a_failure_over_before_the_order_or_of_another_place_does_not(
    store: Store, context: Context, telemetry: Telemetry
) -> None:
    _invoice(store)
    _load(telemetry, _REFUSED, "No mapping for item 1 at H07")
    _load(telemetry, _REFUSED + timedelta(hours=1), None)
    _load(telemetry, _REFUSED, "No mapping for item 1 at H03", "H03")
    _load(telemetry, _INVOICED + timedelta(hours=1), "No mapping for item 1 at H07")
    (row,) = pricing.invoice_exceptions(context, _WEEK)
    assert (row.failure_class, row.failure_interface, row.failure_message) == ("", "", "")


def test_a_failure_of_the_order_explains_what_no_item_does(store: Store, context: Context, telemetry: Telemetry) -> None:
    _invoice(store)
    telemetry.span(
        "post",
        _ORDERED + timedelta(hours=1),
        error="timed out",
        interface_id="po-to-erp",
        facility_id="H07",
        purchase_order_id="PO-1",
    )
    (row,) = pricing.invoice_exceptions(context, _WEEK)
    assert row.failure_interface == "po-to-erp"
    assert pricing.invoice_exceptions(context, _WEEK.before()) == ()
