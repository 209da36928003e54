"""When a queue is empty, who is stuck, and what is usual at this hour of the week."""

from __future__ import annotations

import statistics
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import queues
from analytics.context import Context
from store.store import Store
from tests.conftest import NOW


def _rows(*samples: tuple[float, dict[str, Any]], queue: str = "q") -> list[dict[str, Any]]:
    """(minutes ago, figures)."""
    names = {name for _, figures in samples for name in figures}
    return [
        {"queue": queue, "broker": "", "interface_id": "", "time": NOW - timedelta(minutes=ago), "received": NOW}
        | {name: figures.get(name) for name in names}
        for ago, figures in samples
    ]


def _only(store: Store, context: Context, *samples: tuple[float, dict[str, Any]]) -> queues.QueueOutlook:
    store.command("TRUNCATE TABLE queue_samples")
    store.insert("queue_samples", _rows(*samples))
    (told,) = queues.outlook(context)
    return told


def test_the_brokers_rates_come_before_the_trend_of_depths(store: Store, context: Context) -> None:
    told = _only(store, context, *((m, {"depth": 100 - m, "ack_rate": 3.0, "publish_rate": 1.0}) for m in range(20, -1, -1)))
    assert (told.drain_method, told.drain_seconds) == ("rates", 50.0)
    assert told.drained_by == told.sampled + timedelta(seconds=50)


def test_counters_give_rates_and_a_restarted_broker_none_below_zero(store: Store, context: Context) -> None:
    told = _only(
        store, context, *((m, {"depth": 60, "published": 1000.0, "acknowledged": a}) for m, a in ((10, 500.0), (5, 800.0), (0, 300.0)))
    )  # fmt: skip
    assert told.rate == 1.0, "300 more, then 300 since the restart, over ten minutes"
    assert told.drain_seconds == 60.0


def test_a_queue_that_is_not_draining_has_no_time_and_says_by_which_method(store: Store, context: Context) -> None:
    growing = _only(store, context, *((m, {"depth": 100 - 2 * m}) for m in range(20, -1, -1)))
    assert (growing.drain_method, growing.drain_seconds) == ("trend", None)
    assert growing.growth_per_hour == pytest.approx(120)
    unknown = _only(store, context, (3, {"depth": 5}), (0, {"depth": 4}))
    assert (unknown.drain_method, unknown.drain_seconds) == ("", None), "two samples are no trend"
    silent = _only(store, context, *((m, {"depth": m, "ack_rate": 9.0, "publish_rate": 1.0}) for m in range(40, 16, -1)))
    assert (silent.silent, silent.drain_method, silent.drain_seconds) == (True, "", None)
    assert _only(store, context, (0, {"depth": 0})).drain_seconds == 0.0


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 5000), min_size=5, max_size=25))
def test_the_trend_is_the_line_of_least_squares(store: Store, context: Context, depths: list[int]) -> None:
    told = _only(store, context, *((len(depths) - 1 - n, {"depth": depth}) for n, depth in enumerate(depths)))
    slope, _ = statistics.linear_regression([60.0 * n for n in range(len(depths))], depths)
    assert told.trend == pytest.approx(-slope, abs=1e-6)
    if depths[-1] and slope < -1e-6:
        assert told.drain_seconds == pytest.approx(depths[-1] / -slope, rel=1e-4)
    elif depths[-1] and slope > 1e-6:
        assert told.drain_seconds is None


def test_stuck_consumers_are_told_apart(store: Store, context: Context) -> None:
    nobody = _only(
        store, context, (40, {"depth": 5, "consumers": 2}), (12, {"depth": 5, "consumers": 0}), (0, {"depth": 9, "consumers": 0})
    )
    assert (nobody.stuck, nobody.stuck_since) == ("no_consumer", NOW - timedelta(minutes=12))
    counts = ((30, 7.0), (25, 9.0), (14, 9.0), (0, 9.0))
    holding = _only(
        store,
        context,
        *((m, {"depth": 5, "consumers": 1, "in_flight": 5, "published": 0.0, "acknowledged": a}) for m, a in counts),
    )
    assert (holding.stuck, holding.stuck_since, holding.in_flight) == ("not_acknowledging", NOW - timedelta(minutes=25), 5)
    rates = _only(
        store, context, *((m, {"depth": 5, "ack_rate": r, "publish_rate": 0.0}) for m, r in ((20, 2.0), (12, 0.0), (0, 0.0)))
    )
    assert (rates.stuck, rates.stuck_since) == ("not_acknowledging", NOW - timedelta(minutes=20))
    head = _only(store, context, *((m, {"depth": 5, "oldest_age_seconds": a}) for m, a in ((20, 30.0), (11, 60.0), (0, 720.0))))
    assert (head.stuck, head.stuck_since) == ("head_not_moving", NOW - timedelta(minutes=11))


@pytest.mark.parametrize(
    "samples",
    [
        [(12, {"depth": 0, "consumers": 0}), (5, {"depth": 0, "consumers": 0}), (0, {"depth": 3, "consumers": 0})],
        [(12, {"depth": 9, "acknowledged": 1.0}), (3, {"depth": 9, "acknowledged": 2.0}), (0, {"depth": 9, "acknowledged": 2.0})],
        [(20, {"depth": 9, "oldest_age_seconds": 60.0}), (0, {"depth": 9, "oldest_age_seconds": 60.0})],
        [(12, {"depth": 9, "consumers": None}), (0, {"depth": 9, "consumers": None})],
    ],
    ids=["empty a moment ago", "acknowledged lately", "another head", "nothing known"],
)
def test_what_moves_or_is_not_known_is_not_stuck(
    store: Store, context: Context, samples: list[tuple[float, dict[str, Any]]]
) -> None:
    assert _only(store, context, *samples).stuck == ""


def test_usual_is_the_same_hour_of_the_week_on_the_wall_clock_across_daylight_saving(store: Store, context: Context) -> None:
    zone = ZoneInfo(context.configuration.organisation.time_zone)
    local = NOW.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    store.command("TRUNCATE TABLE queue_hours")
    rows, means, peaks, grown = [], [], [], []
    for week in range(1, 9):
        at = local.replace(tzinfo=None) - timedelta(weeks=week)
        hour = at.replace(tzinfo=zone)
        depths = [10 * week, 10 * week + 6, 10 * week + week]
        for n, depth in enumerate(depths):
            time = hour.astimezone(NOW.tzinfo) + timedelta(minutes=10 * n)
            rows.append({"queue": "q", "broker": "", "time": time, "depth": depth, "received": NOW})
        for other in (-1, 1):  # The hours beside it must not count.
            time = hour.astimezone(NOW.tzinfo) + timedelta(hours=other)
            rows.append({"queue": "q", "broker": "", "time": time, "depth": 9000, "received": NOW})
        means.append(statistics.mean(depths)), peaks.append(max(depths)), grown.append(depths[-1] - depths[0])
    store.insert("queue_samples", [*rows, *rows, {"queue": "q", "broker": "", "time": NOW, "depth": 85, "received": NOW}])
    assert queues.catch_up(context, hours_at_once=7) > 8
    queues.catch_up(replace(context, clock=lambda: NOW))
    (told,) = queues.outlook(context)
    assert (told.usual_weeks, told.usual_depth) == (8, pytest.approx(statistics.median(means)))
    assert told.usual_growth_per_hour == statistics.median(grown)
    assert told.high_depth == pytest.approx(statistics.quantiles(peaks, n=10, method="inclusive")[8])
    assert told.unusual is ((told.high_depth or 0) < 85)
