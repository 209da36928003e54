"""Findings, views and small words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.activity.rows import InterfaceHealth
from analytics.batches.rows import BatchRun
from analytics.flows.rows import ContractRow
from analytics.pricing.rows import LeakageTotal
from analytics.queues.rows import QueueState
from analytics.sla.rows import FacilityCell, SlaState
from dashboards import health, naming
from dashboards.components.login import matches
from dashboards.components.view import View
from dashboards.text import markdown, plotly, signed
from dashboards.views import leadership

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)


def contract(id: str, *waiting: str) -> ContractRow:
    return ContractRow(
        id, "S-1", 4, 4 - len(waiting), 0, ("H01", "H03"), waiting, NOW, "erp_loaded" if waiting else "", "us", "C-1"
    )


def interface(name: str, spans: int, share: float, before: float) -> InterfaceHealth:
    seen = NOW if spans else None
    return InterfaceHealth(name, name, 1, "it", True, "event", spans, int(spans * share), share, before, 0.1, 0.2, seen, seen, 0)


def test_leadership_title_counts_contracts_not_live_and_names_the_money() -> None:
    said = leadership.finding((contract("a", "H03"), contract("b"), contract("c", "H01", "H03")), "$18.4k", View())
    assert said == "2 of 3 new contracts are not live everywhere. $18.4k was paid above contract."


def test_leadership_title_when_nothing_is_wrong() -> None:
    assert leadership.finding((contract("a"), contract("b")), "", View()) == "All 2 new contracts are live everywhere."
    assert leadership.finding((), "", View(period="24h")) == "No contract was activated in the last 24 hours."


def test_trend_is_said_only_when_there_is_one() -> None:
    assert leadership.trend_finding([3600.0, 3600.0], View()) == "Contract activation time"
    assert leadership.trend_finding([7200.0, 7200.0, 3600.0, 3600.0], View()).startswith("Activation got faster: 1 h")
    assert leadership.trend_finding([3600.0] * 6, View()) == "Activation takes as long as it did: 1 h"


def test_worst_hospital_is_named() -> None:
    cells = tuple(
        FacilityCell("s", "S", id, 1, 2, 0.5, state)
        for id, state in (("H01", SlaState.MET), ("H03", SlaState.NO_DATA), ("H07", SlaState.BREACHED))
    )
    assert leadership.facilities_finding(cells) == "2 of 3 hospitals kept every SLA; H07 missed 1"


def test_finance_title_names_the_reason_and_the_dearest(monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboards.views import finance

    total = LeakageTotal(
        "USD",
        Decimal(18400),
        Decimal(12000),
        Decimal(6400),
        3,
        2,
        9,
        Decimal(1),
        0,
        Decimal(0),
        Decimal(0),
        Decimal(0),
        Decimal(0),
    )
    monkeypatch.setattr(finance, "_home", lambda totals: totals[0])
    said = finance.finding((total,), (), View())
    assert said == "$18.4k was paid above contract in 7 days; $12.0k because a new price was not loaded in time."


def test_interface_is_failing_only_when_worse_than_before() -> None:
    assert health.of(interface("a", 100, 0.05, 0.01)) == "failing"
    assert health.of(interface("a", 100, 0.05, 0.05)) == "noisy"
    assert health.of(interface("a", 0, 0.0, 0.0)) == "silent"
    assert health.of(interface("a", 100, 0.001, 0.0)) == "ok"


def test_it_title_says_what_fails_and_what_waits() -> None:
    queue = QueueState("price.load", "b", "i", NOW, 8412, 5400.0, 1, 1, 1.0, 2.0, 0, 13200.0, None)
    said = health.finding((interface("ERP price load", 100, 0.05, 0.0), interface("AP", 0, 0, 0)), (queue,))
    assert said == "ERP price load fails more than usual; 1 interface is silent; queue price.load holds a message for 1.5 h."
    assert health.queues_finding((queue,)) == "price.load holds 8,412 and drains in 3.7 h"


def test_unfinished_batch_needs_a_look_after_six_hours() -> None:
    run = BatchRun("j", "r", "i", "", "running", NOW - timedelta(hours=7), None, date(2026, 11, 19), "", *[None] * 7, "", "", NOW)  # type: ignore[arg-type]
    assert health.needs_a_look(run, NOW)
    assert not health.needs_a_look(run, NOW - timedelta(hours=2))


def test_period_never_shrinks_below_what_a_trend_needs() -> None:
    assert View(period="24h").at_least("30d").period == "30d"
    assert View("H01", "90d").at_least("30d") == View("H01", "90d")
    assert View(period="7d").interval(NOW).start == NOW - timedelta(days=7)


def test_names_are_listed_as_a_reader_says_them() -> None:
    assert naming.some(("H01",)) == "H01"
    assert naming.some(("H01", "H03", "H07")) == "H01, H03 and H07"
    assert naming.some(tuple(f"H{at:02}" for at in range(1, 13))) == "H01, H02, H03 and 9 more"
    assert naming.some(()) == ""


def test_telemetry_text_is_shown_literally() -> None:
    assert markdown("$4 and $5 *now*\n# boo :red[x]") == r"\$4 and \$5 \*now\* \# boo \:red\[x\]"
    assert plotly("<b>&") == "&lt;b&gt;&amp;"


def test_falling_numbers_begin_with_the_minus_the_tile_reads() -> None:
    assert signed(-3, "3 h") == "-3 h"
    assert signed(3, "$3") == "+$3"


def test_password_is_compared_whole() -> None:
    assert matches("pässword", "pässword")
    assert not matches("p", "pässword")
