"""The wording everyone reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analytics import words
from analytics.failures.rows import FailureGroup
from analytics.flows.rows import FlowInstance, FlowState
from analytics.sla.rows import Breach
from domain.configuration import Configuration

AT = datetime(2026, 11, 19, 14, 4, tzinfo=UTC)
LATER = datetime(2026, 11, 19, 20, 0, tzinfo=UTC)

GROUP = FailureGroup(
    failure_class="item_mapping_missing", class_name="item mapping missing", owner="item-master", remedy="Map it.",
    severity="critical", interface_id="erp-price-load", object_type="item", object="40-2217", facilities=("H07",),
    contracts=("MS-7895",), items=("40-2217",), supplier_id="S1", message="No mapping for item 40-2217 at H07.", code="",
    count=2, first_seen=AT, last_seen=AT, resolved=None, correlation_ids=("C-1",),
)  # fmt: skip
BREACH = Breach(
    breach_id="b", sla_id="activation", name="Contract lines usable in time", severity="critical", owner="item-master",
    subject="contract MS-7895, item 40-2217 at H07", facility_id="H07", opened=AT, detected=LATER, closed=None,
    reason="not usable within 12 h", evidence=("C-1",), attributes={},
)  # fmt: skip
INSTANCE = FlowInstance(
    flow="contract_activation", authority="", key="MS-7895", facility_id="H07", item_id="40-2217", state=FlowState.STUCK,
    started=AT, last_milestone="executed", last_time=AT, completed=None, total_seconds=18720, waiting_for="erp_loaded",
    party="us", stuck_since=AT, failure_class="item_mapping_missing", failure_message="No mapping for item 40-2217 at H07",
    correlation_id="C-1", supplier_id="S1", milestones=("executed",), milestone_times=(AT,),
)  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (0.0004, "1 ms"), (0.84, "840 ms"), (1, "1 s"), (3.21, "3.2 s"), (42, "42 s"), (59.6, "1 min"), (750, "12 min"),
        (3599, "1 h"), (18720, "5.2 h"), (86399, "1 d"), (86400, "1 d"), (100800, "1 d 4 h"), (864000, "10 d"), (-30, "−30 s"),
    ],
)  # fmt: skip
def test_duration(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


def test_a_business_day_has_eight_hours() -> None:
    assert words.duration(12 * 3600, business=True) == "1 business d 4 h"


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("0", "USD", "$0.00"), ("12.5", "USD", "$12.50"), ("999.999", "USD", "$1.0k"), ("18432.1", "USD", "$18.4k"),
        ("999950", "USD", "$1.0M"), ("-1234567", "USD", "−$1.2M"), ("2000000000", "EUR", "€2.0B"), ("18432", "CHF", "CHF 18.4k"),
    ],
)  # fmt: skip
def test_money(amount: str, currency: str, said: str) -> None:
    assert words.money(Decimal(amount), currency) == said


@pytest.mark.parametrize(
    ("share", "target", "said"),
    [(0.942, None, "94.2 %"), (1, None, "100 %"), (0.99999, None, "99.99 %"), (0.98996, 0.99, "98.996 %"), (0, None, "0 %")],
)
def test_percent_never_rounds_across_its_target_or_to_all(share: float, target: float | None, said: str) -> None:
    assert words.percent(share, target) == said


def test_when_names_its_zone() -> None:
    assert words.when(AT, "America/Chicago") == "Nov 19 08:04 CST"
    assert words.when(datetime(2026, 7, 1, 5, tzinfo=UTC), "America/New_York") == "Jul 1 01:00 EDT"


def test_failure_sentence(configuration: Configuration) -> None:
    said = "No mapping for item 40-2217 at H07: ERP price load refused contract MS-7895 at H07 since Nov 19 08:04 CST."
    assert words.failure_sentence(GROUP, configuration) == f"{said} Item master team's turn."
    resolved = replace(GROUP, resolved=LATER, contracts=("A", "B", "C", "D"), facilities=("H01", "H07"))
    said = "No mapping for item 40-2217 at H07: ERP price load refused 4 contracts at H01 and H07; resolved Nov 19 14:00 CST."
    assert words.failure_sentence(resolved, configuration) == said
    bare = replace(GROUP, interface_id="", contracts=(), facilities=(), object="", owner="", message="")
    said = "Item mapping missing: an unnamed interface refused work without a business key since Nov 19 08:04 CST."
    assert words.failure_sentence(bare, configuration) == said


def test_breach_sentence(configuration: Configuration) -> None:
    said = '"Contract lines usable in time" is missed: contract MS-7895, item 40-2217 at H07 since Nov 19 08:04 CST.'
    assert words.breach_sentence(BREACH, configuration) == f"{said} Not usable within 12 h. Item master team's turn."
    closed = replace(BREACH, closed=LATER, subject="", reason="")
    said = '"Contract lines usable in time" is missed at H07 since Nov 19 08:04 CST until Nov 19 14:00 CST.'
    assert words.breach_sentence(closed, configuration) == said


def test_stuck_sentence(configuration: Configuration) -> None:
    said = 'Contract MS-7895, item 40-2217 at H07 is stuck at "ERP price load" since Nov 19 08:04 CST'
    said += ": No mapping for item 40-2217 at H07. Item master team's turn."
    assert words.stuck_sentence(INSTANCE, configuration) == said
    waiting = replace(INSTANCE, stuck_since=None, failure_class="", failure_message="")
    said = 'Contract MS-7895, item 40-2217 at H07 waits for "ERP price load" since Nov 19 08:04 CST. Our turn.'
    assert words.stuck_sentence(waiting, configuration) == said
    done = replace(INSTANCE, completed=LATER, state=FlowState.COMPLETED)
    assert words.stuck_sentence(done, configuration) == "Contract MS-7895, item 40-2217 at H07 completed in 5.2 h."
