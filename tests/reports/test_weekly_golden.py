"""The whole page of a frozen week, word for word. SUPPLYSCOPE_GOLDEN=write writes it anew; read the difference first."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

from analytics.activity.rows import Sight
from analytics.batches.rows import BatchRun
from analytics.failures.rows import ClassCount, FailureGroup
from analytics.flows.rows import FlowSummary, StageTime
from analytics.pricing.rows import LeakageGroup, LeakageTotal
from analytics.sla.rows import Attainment, Breach, SlaState, SlaStatus
from domain.configuration import Configuration
from reports.render import html
from reports.weekly import BatchWeek, FlowWeek, WeeklyReport
from reports.weeks import IsoWeek
from tests.support.network import small_network

_GOLDEN = Path(__file__).parent / "golden" / "weekly.html"
_MADE = datetime(2026, 11, 16, 13, 0, tzinfo=UTC)
_OPENED = datetime(2026, 11, 12, 14, 4, tzinfo=UTC)


def _status(sla_id: str, state: SlaState, good: int, total: int, before: float | None, configuration: Configuration) -> SlaStatus:
    sla = configuration.sla(sla_id)
    assert sla is not None
    attained = good / total if total else None
    left = None if attained is None else 1 - (1 - attained) / (1 - sla.target)
    return SlaStatus(
        sla_id,
        sla.name,
        sla.kind,
        sla.target,
        good,
        total,
        attained,
        left,
        state,
        before,
        0,
        sla.owner,
        sla.severity,
        "the promise",
    )


def _breach(closed: datetime | None, subject: str) -> Breach:
    return Breach(
        f"b-{subject}", "activation", "Contract lines usable in time", "critical", "item-master", subject, "H07", _OPENED, _OPENED,
        closed, "Catalog refreshed was not reached within 12 h of Contract executed", ("C-1",), {},
    )  # fmt: skip


def _flow() -> FlowWeek:
    summary = FlowSummary("contract_activation", 41, 36, 2, 3, 18720.0, 57960.0, 33, 1, 22680.0, 61200.0)
    stage = StageTime("contract_activation", "executed", "price_file_received", "supplier", 38, 9000.0, 21600.0)
    new = StageTime("contract_activation", "erp_loaded", "usable", "us", 36, 600.0, 1800.0)
    return FlowWeek("Contract activation", summary, (stage, new), (replace(stage, median_seconds=10800.0, p90_seconds=25200.0),))


def _failure() -> FailureGroup:
    return FailureGroup(
        "item_mapping_missing", "item mapping missing", "item-master", "Add it.", "critical", "erp-price-load", "item", "40-2217",
        ("H03", "H07"), ("MS-7895",), ("40-2217",), "S-1", "No mapping for <item> 40-2217", "", 4, _OPENED, _OPENED, None, ("C/1",),
    )  # fmt: skip


def _batches() -> BatchWeek:
    run = BatchRun(
        "price-load", "r1", "erp-price-load", "", "partial", _OPENED, _OPENED + timedelta(minutes=4), None, "f.832", 100, 100, 88, 12,
        None, None, None, "12 lines rejected", "C-1", _OPENED,
    )  # fmt: skip
    return BatchWeek(7, 6, (run,), ())


def frozen() -> WeeklyReport:
    """A week with one of everything, and a currency in which nothing could be compared."""
    configuration = small_network()
    return WeeklyReport(
        week="2026-W46",
        interval=IsoWeek.parse("2026-W46").interval("America/Chicago"),
        organisation="Test Health",
        zone="America/Chicago",
        made=_MADE,
        fingerprint="0123456789ab",
        headline="1 of 3 SLAs missed, first of all “Contract lines usable in time”. $18.4k paid above contract.",
        attainment=Attainment(1, 1, 1, 1, 2 / 3, 1.0),
        slas=(
            _status("activation", SlaState.BREACHED, 36, 41, 0.95, configuration),
            _status("po-success", SlaState.AT_RISK, 9911, 10000, 0.999, configuration),
            _status("po-latency", SlaState.MET, 9990, 10000, 0.999, configuration),
            _status("price-file", SlaState.NO_DATA, 0, 0, None, configuration),
        ),
        breaches=(_breach(None, "MS-7895 · H07"), _breach(_OPENED + timedelta(hours=3), "MS-7896 · H07")),
        more_breaches=1200,
        open_breaches=1,
        flows=(_flow(),),
        failure_classes=(ClassCount("item_mapping_missing", "item mapping missing", "item-master", 1400, 12, 3, 2),),
        open_failures=(_failure(),),
        money=(
            LeakageTotal("USD", Decimal("18400"), Decimal("12000"), Decimal("6400"), 31, 20, 4100, Decimal("2100000"), 9, Decimal("812.50"), Decimal("12200"), Decimal(0), Decimal(0)),
            LeakageTotal("CAD", Decimal(0), Decimal(0), Decimal(0), 0, 0, 0, Decimal(0), 12, Decimal("29300"), Decimal(0), Decimal(0), Decimal(0)),
        ),
        money_by_contract=(LeakageGroup("MS-7895", Decimal("9800"), Decimal("9800"), 12, 9, "USD", Decimal(0), Decimal(0), Decimal(0)),),
        batches=_batches(),
        sight=Sight(_MADE - timedelta(minutes=1), 0.998),
        configuration=configuration,
    )  # fmt: skip


def test_the_page_reads_as_it_did() -> None:
    page = html(frozen())
    if os.environ.get("SUPPLYSCOPE_GOLDEN") == "write":
        _GOLDEN.write_text(page, encoding="utf-8")
    assert page == _GOLDEN.read_text(encoding="utf-8")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_stands_alone_and_is_accessible() -> None:
    found = _Tags()
    found.feed(html(frozen()))
    names = [tag for tag, _ in found.tags]
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert names.count("h1") == 1
    assert all(attributes.get("scope") == "col" for tag, attributes in found.tags if tag == "th")
    assert ("html", {"lang": "en"}) in found.tags


def test_what_systems_said_is_text_never_markup() -> None:
    page = html(frozen())
    assert "&lt;item&gt;" in page
    assert "investigate?q=C%2F1" in page


def test_a_currency_in_which_nothing_was_compared_has_no_figure() -> None:
    page = html(frozen())
    assert "CAD: no line has a comparable contract price" in page
    assert "CAD 0.00" not in page
