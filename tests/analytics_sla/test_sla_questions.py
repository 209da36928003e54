"""What status, attainment and the cells say of known counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analytics import sla
from analytics.context import Context
from analytics.sla import judging
from analytics.sla.rows import SlaState
from domain.interval import Interval
from tests.conftest import NOW
from tests.support.telemetry import Telemetry

DAY = Interval(NOW - timedelta(days=1), NOW)


@pytest.mark.parametrize(
    ("good", "total", "target", "left"),
    [
        (995, 1000, 0.999, -4.0),
        (1000, 1000, 0.999, 1.0),
        (95, 100, 0.95, 0.0),
        (0, 0, 0.95, None),
        (10, 10, 1.0, 1.0),
        (9, 10, 1.0, -1.0),
        (20160 - 1008, 20160, 0.95, 0.0),
        (99, 100, 0.9, 0.9),
    ],
)
def test_budget_left_worked_numbers(good: int, total: int, target: float, left: float | None) -> None:
    """Two weeks of minutes at 95 % allow 1,008 bad ones; 99.5 % against 99.9 % leaves minus 400 %."""
    assert judging.budget_left(good, total, target) == left


def test_states() -> None:
    assert judging.state(0, 0, 0.9) is SlaState.NO_DATA
    assert judging.state(95, 100, 0.95) is SlaState.AT_RISK
    assert judging.state(94, 100, 0.95) is SlaState.BREACHED
    assert judging.state(99, 100, 0.95) is SlaState.MET
    assert judging.state(9995, 10000, 0.9995) is SlaState.AT_RISK


def test_no_data_is_never_met(context: Context) -> None:
    sla.measure(context)
    assert {row.state for row in sla.status(context, DAY)} == {SlaState.NO_DATA}
    found = sla.attainment(context, DAY)
    assert (found.met, found.no_data, found.share, found.previous_share) == (0, 5, None, None)
    assert sla.by_facility(context, DAY) == ()
    assert {cell.state for cell in sla.by_day(context, DAY)} == {SlaState.NO_DATA}


def test_status_weighs_traffic_and_compares_with_before(context: Context, telemetry: Telemetry) -> None:
    for hours, facility, error in ((2, "H01", None), (2, "H01", None), (3, "H03", "refused"), (30, "H01", None)):
        telemetry.span("post", NOW - timedelta(hours=hours), error=error, interface_id="po-to-erp", facility_id=facility)
    sla.measure(context)
    worst, *_ = sla.status(context, DAY)
    assert (worst.sla_id, worst.good, worst.total, worst.state, worst.previous_attained) == (
        "po-success",
        2,
        3,
        SlaState.BREACHED,
        1.0,
    )
    cells = {(c.sla_id, c.facility_id): c.state for c in sla.by_facility(context, DAY)}
    assert cells["po-success", "H01"] is SlaState.MET
    assert cells["po-success", "H03"] is SlaState.BREACHED
    assert cells["po-success", "H07"] is SlaState.NO_DATA
    at_h01 = {row.sla_id: row for row in sla.status(context.narrowed("H01"), DAY)}
    assert at_h01["po-success"].total == 2
    found = sla.attainment(context, DAY)
    assert (found.met, found.missed, found.no_data, found.share, found.previous_share) == (1, 1, 3, 0.5, 1.0)
    assert [(p.met, p.with_data) for p in sla.attainment_trend(context, DAY)] == [(0, 0), (1, 2)]


def test_promises_in_words(context: Context) -> None:
    said = {row.sla_id: row.promise for row in sla.status(context, DAY)}
    assert said == {
        "po-success": "99 % of PO to ERP messages without error, 30 d",
        "po-latency": "95 % of PO to ERP messages within 2 s, 30 d",
        "invoice-fresh": "90 % of minutes with Invoice in no older than 30 min, 7 d",
        "price-file": "95 % of business days with price-load finished by 06:00, 30 d",
        "activation": "90 % of contract lines reach Catalog refreshed within 12 h of Contract executed, 30 d",
    }
