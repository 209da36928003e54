"""ISO weeks, the headline, and the report of a week built from the real engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.context import Context
from analytics.sla.rows import Attainment
from reports import weekly
from reports.render import html
from reports.weeks import IsoWeek
from tests.conftest import NOW
from tests.support.telemetry import Telemetry


def test_a_week_runs_from_monday_in_the_organisations_zone() -> None:
    interval = IsoWeek.parse("2026-W46").interval("America/Chicago")
    assert (interval.start, interval.end) == (datetime(2026, 11, 9, 6, tzinfo=UTC), datetime(2026, 11, 16, 6, tzinfo=UTC))


def test_the_week_in_which_clocks_change_is_an_hour_longer() -> None:
    assert IsoWeek.parse("2026-W44").interval("America/Chicago").length == timedelta(days=7, hours=1)


def test_weeks_before_cross_the_year() -> None:
    assert str(IsoWeek.parse("2027-W01").previous()) == "2026-W53"
    assert str(IsoWeek.before(NOW, "America/Chicago")) == "2026-W46"


@pytest.mark.parametrize("text", ["", "2026-46", "2026-W54", "2026-W00", "46", "2025-W53"])
def test_what_is_not_a_week_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="2026-W46"):
        IsoWeek.parse(text)


def test_nothing_wrong_is_a_finding_too() -> None:
    assert weekly.headline(Attainment(4, 1, 0, 2, 1.0, None), (), ()) == "All 5 SLAs with data met."
    assert weekly.headline(Attainment(0, 0, 0, 5, None, None), (), ()) == "No SLA has data this week."


def test_an_empty_week_says_no_data_never_met(context: Context) -> None:
    report = weekly.build(context, IsoWeek.parse("2026-W47"))
    page = html(report)
    assert report.headline == "No SLA has data this week."
    assert page.count("– no data") == len(context.configuration.slas)
    assert "✓ met" not in page
    assert "No breach" in page


def test_a_week_tells_failures_and_money(context: Context, telemetry: Telemetry) -> None:
    telemetry.span(
        "load price", NOW - timedelta(hours=2), error="No mapping for item 40-2217 at H07", interface_id="erp-price-load",
        contract_id="MS-7895", facility_id="H07", item_id="40-2217", correlation_id="C-1",
    )  # fmt: skip
    received = {"received": NOW, "source_id": "t"}
    at = NOW - timedelta(days=1)
    context.store.insert(
        "contract_prices",
        [{"contract_id": "MS-7895", "item_id": "40-2217", "facility_id": "", "supplier_id": "S", "price": Decimal("10"), "currency": "USD", "uom": "EA", "pack_factor": 1, "valid_from": at, "valid_to": None, "known_from": at, **received}],
    )  # fmt: skip
    context.store.insert(
        "po_lines",
        [{"purchase_order_id": "PO-1", "line": 1, "facility_id": "H07", "supplier_id": "S", "contract_id": "MS-7895", "item_id": "40-2217", "quantity": Decimal("100"), "uom": "EA", "pack_factor": 1, "price": Decimal("12.5"), "currency": "USD", "ordered": NOW - timedelta(hours=3), **received}],
    )  # fmt: skip
    report = weekly.build(context, IsoWeek.parse("2026-W47"))
    page = html(report)
    assert report.money[0].overpaid == Decimal("250")
    assert "$250.00 paid above contract" in report.headline
    assert "item mapping missing" in page
    assert "Item master team" in page
    assert "Add the item cross-reference" in page
