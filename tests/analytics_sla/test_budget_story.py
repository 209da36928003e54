"""Budgets, tiers, exclusions and silence, each recomputed by plain Python from what was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from analytics import sla
from analytics.context import Context
from domain.configuration import Configuration
from domain.exclusions import Exclusion
from tests.conftest import NOW
from tests.support.network import small_network
from tests.support.telemetry import Telemetry

COMMON = {"kind": "ratio", "interface": "po-to-erp", "target": 0.9, "owner": "integration"}
MONTH = {"every": "1M", "start": "2026-01-01", "time_zone": "America/Chicago"}
SLAS: list[dict[str, Any]] = [
    {"id": "events", "name": "Events", "window": "7d", **COMMON},
    {
        "id": "slices",
        "name": "Slices",
        "window": "7d",
        "budgeting": "timeslices",
        "slice_target": 0.5,
        "slice_length": "5m",
        **COMMON,
    },
    {"id": "shares", "name": "Shares", "aligned": MONTH, "budgeting": "ratio_timeslices", **COMMON},
    {"id": "silence", "name": "Silence", "window": "1d", "no_data": "bad", **COMMON},
]
PATCHING = Exclusion.model_validate(
    {"id": "patching", "name": "Patching", "start": NOW - timedelta(hours=3), "end": NOW - timedelta(hours=2), "slas": ["events"]}
)


@pytest.fixture
def configuration() -> Configuration:
    return small_network(slas=SLAS)


def _sent() -> dict[datetime, tuple[int, int]]:
    """minute → good, total: a failure in every third minute asked about."""
    found = {}
    for n, minutes in enumerate((2, 3, 7, 61, 130, 150, 200, 1500, 4000, 10_000)):
        found[NOW - timedelta(minutes=minutes)] = (1 + n % 3, 3 if n % 3 == 0 else 1 + n % 3)
    return found


def _send(telemetry: Telemetry, sent: dict[datetime, tuple[int, int]]) -> None:
    with telemetry.together():
        for minute, (good, total) in sent.items():
            for n in range(total):
                telemetry.span("post", minute + timedelta(seconds=n), error=None if n < good else "no", interface_id="po-to-erp")


def _of(context: Context, sla_id: str) -> tuple[int, int]:
    (found,) = sla.budgets(context, sla_id=sla_id)
    explained = sla.why(context, sla_id)
    assert explained.agrees
    assert sum(piece.budget_total for piece in explained.pieces) == found.total
    return found.good, found.total


def test_each_way_of_counting_against_plain_python(context: Context, telemetry: Telemetry) -> None:
    sent = _sent()
    _send(telemetry, sent)
    sla.measure(context)
    week = {minute: counts for minute, counts in sent.items() if minute > NOW - timedelta(days=7)}
    assert _of(context, "events") == (sum(good for good, _ in week.values()), sum(total for _, total in week.values()))
    fives: dict[float, list[tuple[int, int]]] = {}
    for minute, counts in week.items():
        fives.setdefault(minute.timestamp() // 300, []).append(counts)
    reached = [2 * sum(good for good, _ in counts) >= sum(total for _, total in counts) for counts in fives.values()]
    assert _of(context, "slices") == (sum(reached), len(reached))
    month = [counts for minute, counts in sent.items() if minute >= datetime(2026, 11, 1, 5, tzinfo=NOW.tzinfo)]
    assert _of(context, "shares") == (sum(good * 10**9 // total for good, total in month), len(month) * 10**9)


def test_an_exclusion_added_later_and_removed_again_recounts_what_it_touches(context: Context, telemetry: Telemetry) -> None:
    sent = _sent()
    _send(telemetry, sent)
    sla.measure(context)
    before = _of(context, "events")
    excluded = replace(context, configuration=context.configuration.model_copy(update={"exclusions": (PATCHING,)}))
    sla.measure(excluded)
    outside = [
        c for m, c in sent.items() if m > NOW - timedelta(days=7) and not NOW - timedelta(hours=3) <= m < NOW - timedelta(hours=2)
    ]
    assert _of(excluded, "events") == (sum(good for good, _ in outside), sum(total for _, total in outside))
    explained = sla.why(excluded, "events")
    assert [one.name for one in explained.exclusions] == ["Patching"]
    assert sum(piece.excluded_seconds for piece in explained.pieces) == 3600
    sla.measure(context)
    assert _of(context, "events") == before
    assert sla.why(context, "events").exclusions == ()


def test_silence_is_bad_only_while_we_were_there_to_hear_it(context: Context, telemetry: Telemetry) -> None:
    heard = [NOW - timedelta(minutes=n) for n in (1, 2, 3, 5)]
    context.store.insert("observed", [{"minute": minute, "role": "collector", "received": NOW} for minute in heard])
    telemetry.span("post", NOW - timedelta(minutes=3), interface_id="po-to-erp")
    sla.measure(context)
    assert _of(context, "silence") == (1, 4)
    telemetry.span("post", NOW - timedelta(minutes=2), interface_id="po-to-erp")
    sla.measure(context)
    assert _of(context, "silence") == (2, 4)


def test_tiers_need_both_windows_and_enough_events_and_freeze_when_hardly_covered(context: Context, telemetry: Telemetry) -> None:
    minute = NOW - timedelta(minutes=1)
    _send(telemetry, {minute: (0, 9)})
    sla.measure(context)
    (found,) = sla.budgets(context, sla_id="events")
    assert [tier.firing for tier in found.tiers] == [False] * 4  # Nine of at least ten events: too few to wake somebody.
    _send(telemetry, {minute + timedelta(seconds=20): (0, 1)})
    sla.measure(context)
    sla.record_breaches(context)
    (found,) = sla.budgets(context, sla_id="events")
    assert {tier.name for tier in found.tiers if tier.firing} == {"page-1h", "page-6h", "ticket-1d", "ticket-3d"}
    assert (found.left, found.exhausted_in_seconds) == (pytest.approx(-9), 0.0)
    gone = replace(context, clock=lambda: NOW + timedelta(days=2))
    told = [NOW - timedelta(days=1) + timedelta(minutes=n) for n in range(60)]
    context.store.insert("observed", [{"minute": at, "role": "collector", "received": NOW} for at in told])
    (found,) = sla.budgets(gone, sla_id="events")
    assert found.frozen == "coverage"
    assert found.coverage < 0.9
    assert {tier.name for tier in found.tiers if tier.firing} == {"page-1h", "page-6h", "ticket-1d", "ticket-3d"}


def test_unknown_and_composite_slas_are_refused_in_words(context: Context) -> None:
    with pytest.raises(sla.NoSuchSla, match="is not configured; known are"):
        sla.why(context, "nothing")
