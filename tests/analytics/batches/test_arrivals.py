"""What was due and what came of it; every judgement beside one in plain Python."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import batches
from analytics.context import Context
from domain.arrivals import Arrival
from domain.interval import Interval
from store.store import Store
from tests.conftest import NOW

_HOUR = timedelta(hours=1)
_DAILY = {
    "id": "prices",
    "job": "price-load",
    "time_zone": "UTC",
    "cron": "0 6 * * *",
    "grace": "30m",
    "missed_after": "6h",
    "early": "2h",
}
_WEEK = Interval(NOW - timedelta(days=6), NOW)


def _with(context: Context, **changes: Any) -> Context:
    arrival = Arrival.model_validate(_DAILY | changes)
    return replace(context, configuration=context.configuration.model_copy(update={"arrivals": (arrival,)}))


def _due(days_ago: int) -> datetime:
    return (NOW - timedelta(days=days_ago)).replace(hour=6, minute=0, second=0, microsecond=0)


def _run(store: Store, run: str, ended: datetime, status: str = "succeeded", **columns: Any) -> None:
    row = {
        "job": "price-load",
        "run_id": run,
        "status": status,
        "started": ended - timedelta(minutes=5),
        "finished": ended,
        "received": ended,
    }
    store.insert("batch_runs", [row | columns])


def _one(context: Context, days_ago: int) -> batches.ArrivalState:
    (found,) = [a for a in batches.arrivals(context, _WEEK) if a.due == _due(days_ago)]
    return found


def test_on_time_late_and_missed(store: Store, context: Context) -> None:
    at = _with(context)
    _run(store, "in-time", _due(1) + timedelta(minutes=30))
    _run(store, "late", _due(2) + timedelta(minutes=31))
    _run(store, "failed", _due(3), "failed")
    assert [_one(at, n).state for n in (1, 2, 3, 4)] == ["on_time", "arrived_late", "missed", "missed"]
    assert _one(at, 3).flags == ("failed",)
    assert _one(at, 2).after_due_seconds == 31 * 60
    for minutes, state in ((29, "awaited"), (31, "late"), (6 * 60, "missed")):
        earlier = replace(at, clock=lambda minutes=minutes: _due(4) + timedelta(minutes=minutes))
        assert _one(earlier, 4).state == state


def test_what_was_due_before_we_first_ran_is_missed_only_if_the_job_ever_reported(store: Store, context: Context) -> None:
    at = _with(context)
    first = _due(2) - _HOUR
    store.insert("observed", [{"minute": first, "role": "collector", "received": first}])
    assert [a.due for a in batches.arrivals(at, _WEEK)] == [_due(0), _due(1), _due(2)]
    _run(store, "history", _due(5))
    assert {a.due: a.state for a in batches.arrivals(at, _WEEK)}[_due(4)] == "missed"


def test_what_came_is_looked_into(store: Store, context: Context) -> None:
    at = _with(context, least_records=100, most_records=200)
    _run(store, "a", _due(1), "partial", records_read=150, records_rejected=3, records_expected=160)
    _run(store, "b", _due(2), records_read=0)
    _run(store, "c", _due(3), records_read=201, control_total_expected=Decimal("10.00"), control_total_actual=Decimal("9.99"))
    assert _one(at, 1).flags == ("partial", "records missing")
    assert _one(at, 2).flags == ("empty", "too few records")
    assert _one(at, 3).flags == ("control total off", "too many records")
    assert _one(at, 3).control_total_off == Decimal("-0.01")


def test_yesterdays_file_again_delivers_nothing_and_todays_twice_is_said(store: Store, context: Context) -> None:
    at = _with(context)
    _run(store, "monday", _due(3), file_hash="aa")
    _run(store, "tuesday", _due(2), file_hash="aa")
    _run(store, "wednesday", _due(1), file_hash="bb")
    _run(store, "wednesday-again", _due(1) + _HOUR, file_hash="bb")
    assert (_one(at, 2).state, _one(at, 2).flags) == ("missed", ("stale file sent again",))
    assert (_one(at, 1).state, _one(at, 1).flags) == ("on_time", ("sent twice",))


def test_a_business_date_decides_where_a_run_belongs(store: Store, context: Context) -> None:
    at = _with(context, business_day_back=1)
    _run(store, "old", _due(2), business_date=_due(3).date())
    _run(store, "very-late", _due(1) + _HOUR, business_date=_due(3).date())
    _run(store, "today", _due(1), business_date=_due(2).date())
    assert (_one(at, 2).state, _one(at, 2).flags) == ("on_time", ("sent twice",))
    assert (_one(at, 1).state, _one(at, 1).flags) == ("on_time", ("stale file sent again",)), "the date was delivered before"


def test_a_reader_of_one_facility_sees_its_arrivals_and_those_of_all(store: Store, context: Context) -> None:
    own = _with(context, facility="H01")
    assert batches.arrivals(own.narrowed("H03"), _WEEK) == ()
    assert len(batches.arrivals(own.narrowed("H01"), _WEEK)) == len(batches.arrivals(_with(context), _WEEK)) == 6


_runs = st.lists(
    st.tuples(st.integers(0, 6 * 24 * 12), st.sampled_from(["succeeded", "partial", "failed"]), st.sampled_from(["", "x", "y", "z"]), st.integers(0, 3)),
    max_size=14,
)  # fmt: skip


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_runs)
def test_any_mixture_of_runs_is_judged_as_by_hand(store: Store, context: Context, told: list[tuple[int, str, str, int]]) -> None:
    store.command("TRUNCATE TABLE batch_runs")
    at = _with(context)
    runs = [
        (NOW - timedelta(minutes=5 * ago, seconds=n), status, hash, records)
        for n, (ago, status, hash, records) in enumerate(told)
    ]
    for n, (ended, status, hash, records) in enumerate(runs):
        _run(store, f"r{n}", ended, status, file_hash=hash, records_read=records)
    for found in batches.arrivals(at, _WEEK):
        assert (found.state, set(found.flags)) == _judged(found.due, runs), found


def _judged(due: datetime, runs: list[tuple[datetime, str, str, int]]) -> tuple[str, set[str]]:
    def began(run: tuple[datetime, str, str, int]) -> datetime:
        return run[0] - timedelta(minutes=5)

    opens, closes = due - 2 * _HOUR, due + 22 * _HOUR
    good = [r for r in runs if r[1] != "failed"]
    here = [r for r in runs if opens <= began(r) < closes]
    stale = [r for r in here if r in good and r[2] and any(o[2] == r[2] and began(o) < opens for o in good)]
    came = sorted((r for r in here if r in good and r not in stale), key=lambda r: r[0])
    flags = {"stale file sent again"} if stale else set()
    if not came:
        if any(r[1] == "failed" for r in here):
            flags.add("failed")
        return ("missed" if due + 6 * _HOUR <= NOW else "late" if due + _HOUR / 2 < NOW else "awaited"), flags
    flags |= {"sent twice"} if len(came) > 1 else set()
    flags |= {"partial"} if came[-1][1] == "partial" else set()
    flags |= {"empty"} if came[-1][3] == 0 else set()
    return ("arrived_late" if came[0][0] > due + _HOUR / 2 else "on_time"), flags


def test_planning_twice_writes_once_and_a_changed_arrival_anew(store: Store, context: Context) -> None:
    first = batches.arrivals(_with(context), _WEEK)
    assert batches.arrivals(_with(context), _WEEK) == first
    moved = batches.arrivals(_with(context, cron="0 7 * * *"), _WEEK)
    assert {a.due.hour for a in moved} == {7}
    assert all(isinstance(a.due, datetime) and not isinstance(a.business_date, date) for a in moved)
