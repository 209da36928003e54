"""The engine's slices against a plain recomputation from the definitions, with evidence arriving in any order."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import sla
from analytics.context import Context
from domain.business_time import add_business
from domain.configuration import Configuration
from domain.interval import Interval
from domain.slas import CycleTimeSla
from store.query import Query
from store.store import Store
from tests.conftest import NOW
from tests.support.network import NETWORK, small_network
from tests.support.telemetry import Telemetry

FLOW = "contract_activation"
COUNTS = Query(
    "counts", "SELECT facility_id, minute, good, total FROM sli_slices FINAL WHERE sla_id = {sla:String} AND total > 0"
)


@dataclass(frozen=True)
class Step:
    key: str
    facility: str
    item: str
    milestone: str
    outcome: str
    hours: int


steps = st.builds(
    Step,
    st.sampled_from(["K1", "K2"]),
    st.sampled_from(["", "H01", "H03"]),
    st.sampled_from(["", "a", "b"]),
    st.sampled_from(["executed", "erp_loaded", "usable"]),
    st.sampled_from(["reached", "reached", "failed"]),
    st.integers(1, 200),
)


@pytest.fixture
def configuration() -> Configuration:
    """Cycle time in business hours, where weekends stand still."""
    return small_network(slas=[{**s, "calendar": "business"} if s["id"] == "activation" else s for s in NETWORK["slas"]])


def _time(step: Step) -> datetime:
    return NOW - timedelta(hours=step.hours)


def _covers(coarse: tuple[str, str], fine: tuple[str, str]) -> bool:
    return all(c in ("", f) for c, f in zip(coarse, fine, strict=True))


def _expected(configuration: Configuration, history: list[Step]) -> Counter[tuple[str, datetime, bool]]:
    promised = configuration.sla("activation")
    assert isinstance(promised, CycleTimeSla)
    calendar = configuration.calendar(promised.calendar)
    assert calendar is not None
    by_key = defaultdict(list)
    for step in history:
        by_key[step.key].append(step)
    counted: Counter[tuple[str, datetime, bool]] = Counter()
    for told in by_key.values():
        for instance in _instances(told):
            mine = [s for s in told if _covers((s.facility, s.item), instance) and s.outcome == "reached"]
            starts = [_time(s) for s in mine if s.milestone == "executed"]
            if not starts:
                continue
            due = add_business(calendar, min(starts), promised.within)
            ends = [_time(s) for s in mine if s.milestone == "usable" and _time(s) >= min(starts)]
            if ends and min(ends) <= due:
                counted[instance[0], min(ends).replace(second=0), True] += 1
            elif due < NOW:
                counted[instance[0], due.replace(second=0, microsecond=0), False] += 1
    return counted


def _instances(told: list[Step]) -> Iterator[tuple[str, str]]:
    known = {(s.facility, s.item) for s in told}
    for one in known:
        if not any(_covers(one, other) and one != other for other in known):
            yield one


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=1, max_size=14), st.integers(0, 14))
def test_cycle_time_slices(store: Store, configuration: Configuration, history: list[Step], cut: int) -> None:
    for table in ("milestones", "sla_instances", "sli_slices", "sla_breaches", "job_progress"):
        store.command(f"TRUNCATE TABLE {table}")
    context, telemetry = Context(store, configuration, clock=lambda: NOW), Telemetry(store, NOW)
    for part in (history[:cut], history[cut:]):
        for step in part:
            telemetry.milestone(
                FLOW, step.key, step.milestone, _time(step), facility_id=step.facility, item_id=step.item, outcome=step.outcome,
                source_id=uuid.uuid4().hex,
            )  # fmt: skip
        sla.measure(context)
        sla.record_breaches(context)
    expected = _expected(configuration, history)
    totals: Counter[tuple[str, datetime]] = Counter()
    for (facility, minute, _), count in expected.items():
        totals[facility, minute] += count
    rows = store.records(COUNTS, sla="activation")
    assert {(r["facility_id"], r["minute"]): (r["good"], r["total"]) for r in rows} == {
        (facility, minute): (expected[facility, minute, True], total) for (facility, minute), total in totals.items()
    }
    assert sla.measure(context, full=True) == 0
    standing = [b for b in sla.breaches(context, _everything()) if "withdrawn" not in b.attributes]
    in_window = NOW - timedelta(days=30)
    bad = Counter(minute for (_, minute, good), n in expected.items() for _ in range(n) if not good and minute >= in_window)
    assert Counter(b.opened.replace(second=0, microsecond=0) for b in standing) == bad


def _everything() -> Interval:
    return Interval(NOW - timedelta(days=90), NOW + timedelta(days=1))
