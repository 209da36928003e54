"""Hours put together from minutes: the same answers with and without them, late minutes included."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from analytics import activity
from analytics.activity.rolling import rolled_until
from analytics.context import Context
from domain.interval import Interval
from store.query import Query

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
_HOURS = Query("test/hours", "SELECT count() AS n, uniqExact(hour) AS hours, sum(spans) AS spans FROM operations_per_hour FINAL")


def minutes(context: Context, first: datetime, count: int, received: datetime, spans: int = 1) -> None:
    """One row a minute of two interfaces in turn."""
    rows = [
        {
            "interface_id": ("po-to-erp", "erp-price-load")[n % 2],
            "minute": first + timedelta(minutes=n),
            "facility_id": f"H0{1 + n % 3}",
            "operation": "call",
            "spans": spans,
            "errors": n % 5 == 0,
            "duration_sum_ns": 1000,
            "durations": {n % 40: spans},
            "last_success": first + timedelta(minutes=n, seconds=30),
            "received": received,
        }
        for n in range(count)
    ]
    context.store.insert("operations_per_minute", rows)


def test_answers_are_the_same_with_and_without_hours(context: Context) -> None:
    minutes(context, NOW - timedelta(hours=40), 2400, NOW - timedelta(days=1))
    asked = [
        Interval(NOW - timedelta(hours=20), NOW),
        Interval(NOW - timedelta(hours=17, minutes=23), NOW - timedelta(hours=1, minutes=7)),
        Interval(NOW - timedelta(minutes=50), NOW - timedelta(minutes=20)),
    ]
    before = [activity.interfaces(context, interval) for interval in asked]
    assert before[0][0] is not None
    assert activity.roll(context) == 40
    assert context.store.records(_HOURS) == [{"n": 40 * 6, "hours": 40, "spans": 2400}]
    assert [activity.interfaces(context, interval) for interval in asked] == before
    later = replace(context, clock=lambda: NOW + timedelta(days=3))
    assert activity.roll(later) == 0
    assert [activity.interfaces(later, interval) for interval in asked] == before


def test_a_minute_that_comes_late_counts_at_once_and_its_hour_is_written_again(context: Context) -> None:
    minutes(context, NOW - timedelta(hours=40), 600, NOW - timedelta(days=1))
    activity.roll(context)
    interval = Interval(NOW - timedelta(hours=41), NOW)
    [known] = [row for row in activity.interfaces(context, interval) if row.interface_id == "po-to-erp"]
    later = replace(context, clock=lambda: NOW + timedelta(minutes=5))
    minutes(later, NOW - timedelta(hours=39), 1, NOW, spans=7)
    assert [r.spans for r in activity.interfaces(later, interval) if r.interface_id == "po-to-erp"] == [known.spans + 7]
    assert (activity.roll(later), activity.roll(later)) == (1, 0)
    assert rolled_until(later) == NOW + timedelta(minutes=5)
    much_later = replace(context, clock=lambda: NOW + timedelta(days=2))
    assert [r.spans for r in activity.interfaces(much_later, interval) if r.interface_id == "po-to-erp"] == [known.spans + 7]
    assert context.store.records(_HOURS)[0]["spans"] == 607


def test_jobs_say_how_they_do(context: Context) -> None:
    row = {
        "job": "roll up traffic", "process": "p:1", "every_seconds": 30.0, "runs": 4, "failures": 1, "skipped": 2, "last_seconds": 0.5,
        "last_started": NOW - timedelta(minutes=1), "last_finished": NOW - timedelta(minutes=1), "running_since": None,
        "last_error": "", "recorded": NOW - timedelta(seconds=10),
    }  # fmt: skip
    stuck = row | {"process": "p:2", "last_finished": NOW - timedelta(minutes=10), "last_error": "ValueError: x"}
    context.store.insert("job_runs", [row])
    context.store.insert("job_runs", [stuck, row | {"process": "p:3", "recorded": NOW - timedelta(minutes=3)}])
    context.store.insert("job_runs", [row | {"process": "p:4", "recorded": NOW - timedelta(days=2)}])
    found = {run.process: (run.late, run.silent, run.last_error) for run in activity.job_runs(context)}
    assert found == {"p:1": (False, False, ""), "p:2": (True, False, "ValueError: x"), "p:3": (False, True, "")}
    activity.roll(context)
    [progress] = activity.job_progress(replace(context, clock=lambda: NOW + timedelta(seconds=90)))
    assert (progress.watermark, progress.lag_seconds) == (NOW, 90.0)
