"""Sources, their clocks and silences; keys; refusals."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from analytics import intake
from analytics.context import Context
from analytics.intake import SourceClock
from analytics.intake.questions import clock_of
from collector.collector import Collector
from collector.refusals import Refused
from collector.self_report import IntakeRecord
from domain.configuration import Configuration
from domain.interval import Interval
from store.store import Store
from tests.conftest import NOW
from tests.support.telemetry import Telemetry

HOUR = Interval(NOW - timedelta(hours=1), NOW + timedelta(minutes=1))


def test_lag_is_receipt_minus_event_and_history_is_kept_out_of_it(context: Context, telemetry: Telemetry) -> None:
    def send(after: timedelta, received: datetime = NOW - timedelta(minutes=5)) -> None:
        telemetry.span("x", received - after - timedelta(seconds=1), 1.0, service="erp", interface_id="a", received=received)

    send(timedelta(seconds=2))
    send(timedelta(seconds=6))
    send(timedelta(days=400))
    (row,) = intake.sources(context, HOUR)
    assert (row.service, row.interface_id, row.records, row.far_off) == ("erp", "a", 3, 1)
    assert row.mean_lag_seconds == pytest.approx(4)
    assert row.least_lag_seconds == pytest.approx(2)
    assert row.clock is SourceClock.IN_STEP
    assert not row.silent


def test_only_history_has_no_lag(context: Context, telemetry: Telemetry) -> None:
    telemetry.span("x", NOW - timedelta(days=9), service="erp", received=NOW - timedelta(minutes=2))
    (row,) = intake.sources(context, HOUR)
    assert (row.mean_lag_seconds, row.least_lag_seconds, row.clock, row.far_off) == (None, None, SourceClock.UNKNOWN, 1)


def test_an_event_from_the_future_tells_a_clock_ahead(context: Context, telemetry: Telemetry) -> None:
    telemetry.span("x", NOW + timedelta(seconds=20), service="fast", received=NOW - timedelta(minutes=2))
    (row,) = intake.sources(context, HOUR)
    assert row.clock is SourceClock.AHEAD


@pytest.mark.parametrize(
    ("least", "clock"),
    [
        (None, SourceClock.UNKNOWN), (-2.1, SourceClock.AHEAD), (-2.0, SourceClock.IN_STEP), (0.0, SourceClock.IN_STEP),
        (120.0, SourceClock.IN_STEP), (120.1, SourceClock.BEHIND_OR_LATE),
    ],
)  # fmt: skip
def test_clock_of(least: float | None, clock: SourceClock) -> None:
    assert clock_of(least) is clock


def test_a_source_that_stopped_is_named_and_one_that_pauses_is_not(context: Context, telemetry: Telemetry) -> None:
    for minute in range(40, 52):
        at = NOW - timedelta(minutes=minute)
        telemetry.span("x", at, service="stopped", received=at)
    for tens in range(12):
        at = NOW - timedelta(minutes=20 + 10 * tens)
        telemetry.span("x", at, service="pausing", received=at)
    for minute in range(3):
        at = NOW - timedelta(minutes=40 + minute)
        telemetry.span("x", at, service="hardly known", received=at)
    assert [source.service for source in intake.silent(context, HOUR)] == ["stopped"]


def test_keys_and_refusals_are_differences_that_add_up(context: Context, store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration, clock=lambda: NOW)
    record = IntakeRecord(collector, store, lambda: NOW)
    record.step()
    collector.counters.acknowledge("traces", 10, 0.5, 1000)
    record.step()
    collector.counters.acknowledge("traces", 5, 0.1, 500)
    collector.counters.refuse("traces", "not_protobuf")
    record.step()
    record.step()
    (row,) = intake.keys(context, HOUR)
    assert (row.key_id, row.signal, row.requests, row.records, row.bytes, row.refused) == ("", "traces", 2, 15, 1500, 1)
    assert row.mean_seconds == pytest.approx(0.3)
    (refusal,) = intake.refusals(context, HOUR)
    assert (refusal.signal, refusal.reason, refusal.refused) == ("traces", "not_protobuf", 1)


def test_a_refused_key_is_counted_without_its_name(store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration, ingest_key="right", clock=lambda: NOW)
    with pytest.raises(Refused):
        collector.authorise("Bearer wrong", "traces")
    collector.counters.refuse("traces", "no_key")
    assert set(collector.figures().by_key) == {("traces", "")}
