"""Backlogs and batch runs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from analytics import batches, queues
from analytics.context import Context
from domain.interval import Interval
from store.store import Store
from tests.conftest import NOW

_HOUR = Interval.last(timedelta(hours=1), NOW)


def _sample(store: Store, minutes_ago: float, **figures: Any) -> None:
    row = {"queue": "price.load", "broker": "", "interface_id": "", "time": NOW - timedelta(minutes=minutes_ago), "received": NOW}
    store.insert("queue_samples", [row | figures])


def test_the_newest_sample_tells_the_state_and_what_it_left_out_is_unknown(store: Store, context: Context) -> None:
    _sample(store, 600, depth=900)
    _sample(store, 10, depth=50, consumers=2, ack_rate=3.0, publish_rate=1.0)
    _sample(store, 1, depth=40, ack_rate=5.0, publish_rate=3.0)
    (state,) = queues.latest(context)
    assert (state.depth, state.consumers, state.peak_depth) == (40, None, 900)
    assert state.drain_seconds == 20.0, "40 waiting, drained by 2 a second on average"
    assert state.interface_id == "erp-price-load", "the interface configured with the queue"


def test_a_queue_that_grows_or_fell_silent_has_no_drain_time(store: Store, context: Context) -> None:
    _sample(store, 1, queue="grows", depth=5, ack_rate=1.0, publish_rate=2.0)
    _sample(store, 20, queue="silent", depth=5, ack_rate=2.0, publish_rate=1.0)
    _sample(store, 1, queue="empty", depth=0)
    assert {s.queue: s.drain_seconds for s in queues.latest(context)} == {"grows": None, "silent": None, "empty": 0.0}


def test_history_keeps_peaks_and_has_at_most_300_points(store: Store, context: Context) -> None:
    rows = [
        {"queue": "q", "broker": "", "time": NOW - timedelta(seconds=n), "depth": 1000 if n == 1801 else 1, "received": NOW}
        for n in range(1, 3600)
    ]
    store.insert("queue_samples", rows)
    points = queues.history(context, _HOUR, "q")
    assert len(points) <= 300
    assert max(point.depth or 0 for point in points) == 1000
    assert all(point.oldest_age_seconds is None for point in points)


def _report(store: Store, status: str, after: float = 0, **columns: Any) -> None:
    row = {
        "job": "price-load",
        "run_id": "1",
        "status": status,
        "received": NOW - timedelta(minutes=30) + timedelta(minutes=after),
    }
    store.insert("batch_runs", [row | columns])


def test_of_each_column_the_newest_report_that_said_anything_counts(store: Store, context: Context) -> None:
    started = NOW - timedelta(minutes=31)
    _report(
        store, "started", started=started, file_name="prices.csv", records_expected=100, control_total_expected=Decimal("10.5")
    )
    _report(store, "running", 1, records_read=40)
    _report(store, "partial", 2, records_read=98, records_rejected=3, control_total_actual=Decimal("9.25"), message="3 refused")
    (run,) = batches.runs(context, _HOUR)
    assert (run.status, run.started, run.file_name, run.records_expected, run.records_read) == (
        "partial",
        started,
        "prices.csv",
        100,
        98,
    )
    assert (run.records_accepted, run.control_total_off, run.message) == (None, Decimal("-1.25"), "3 refused")
    assert batches.runs(context, _HOUR, status="succeeded") == ()
    assert batches.runs(context, _HOUR.before()) == ()


def test_rejects_are_listed_once_in_the_order_of_the_file(store: Store, context: Context) -> None:
    common = {"job": "price-load", "run_id": "1", "code": "E1", "message": "No mapping", "time": NOW, "received": NOW}
    for line in (7, 2, 7):
        store.insert("batch_rejects", [common | {"line": line}])
    assert [reject.line for reject in batches.rejects(context, "price-load", "1")] == [2, 7]
