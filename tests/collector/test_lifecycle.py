"""Start and stop, and what figures say."""

from __future__ import annotations

import os
from concurrent.futures import Future
from datetime import UTC, datetime

import pytest

from collector.collector import Collector
from collector.figures import BOUNDS
from collector.limits import Limits
from collector.refusals import Refused
from domain.configuration import Configuration
from domain.intake import Signal
from store.query import Query
from store.store import Store
from tests.support.telemetry import span_request

NOW = datetime(2026, 11, 19, 15, tzinfo=UTC)


def sent() -> bytes:
    return span_request("x", NOW, 1, None, os.urandom(16), b"", "erp", {})


def test_stop_is_safe_without_start_and_twice(store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration)
    collector.stop()
    collector.start()
    collector.start()
    collector.stop()
    collector.stop()


def test_before_start_and_after_stop_nothing_is_taken(store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration)
    with pytest.raises(Refused, match="not running"):
        collector.take_otlp(Signal.TRACES, sent())
    collector.start()
    collector.stop()
    with pytest.raises(Refused, match="not running"):
        collector.take_otlp(Signal.TRACES, sent())


def test_it_starts_again_after_a_stop(store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration)
    for _ in range(2):
        collector.start()
        _, commit = collector.take_otlp(Signal.TRACES, sent())
        assert commit is not None
        commit.result(10)
        collector.stop()


def test_stop_commits_what_was_accepted(store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration, limits=Limits(linger=5))
    collector.start()
    commits: list[Future[None]] = [commit for _ in range(5) if (commit := collector.take_otlp(Signal.TRACES, sent())[1])]
    collector.stop()
    assert all(commit.done() and commit.exception() is None for commit in commits)
    assert store.value(Query("test/count", "SELECT count() FROM spans")) == 5


def test_figures_are_frozen_and_complete(store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration)
    collector.counters.acknowledge("traces", 10, 0.02)
    collector.counters.acknowledge("traces", 5, 99.0)
    collector.counters.refuse("traces", "too_large")
    figures = collector.figures()
    collector.counters.repeat()
    assert (figures.accepted["traces"], figures.requests["traces"], figures.repeated) == (15, 2, 0)
    assert figures.refused == {("traces", "too_large"): 1}
    assert len(figures.seconds_buckets["traces"]) == len(BOUNDS) + 1
    assert (figures.seconds_buckets["traces"][2], figures.seconds_buckets["traces"][-1]) == (1, 1)
    assert collector.figures().repeated == 1
