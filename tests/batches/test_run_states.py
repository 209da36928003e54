"""However a run is told of, it is read as one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics import batches
from analytics.batches.rows import BatchRun
from analytics.context import Context
from collector.batches.rows import reject_row, run_row
from domain.interval import Interval
from store.store import Store
from tests.support.network import small_network

SIX = datetime(2026, 11, 22, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def report(store: Store, status: Any, heard: int, **columns: Any) -> None:
    """A report heard so many minutes after six."""
    store.insert("batch_runs", [run_row("price-load", "R", status, SIX + timedelta(minutes=heard), **columns)])


def run(store: Store) -> BatchRun:
    context = Context(store, small_network(), clock=lambda: SIX + 9 * HOUR)
    [found] = batches.runs(context, Interval(SIX - 24 * HOUR, SIX + 24 * HOUR))
    return found


def test_progress_and_finish(store: Store) -> None:
    report(store, "started", 0, started=SIX, records_expected=10, file_name="p.csv")
    report(store, "running", 5, records_read=4)
    assert (run(store).status, run(store).records_read) == ("running", 4)
    report(store, "succeeded", 60, finished=SIX + HOUR, records_read=10, records_accepted=10, records_rejected=0)
    found = run(store)
    assert (found.status, found.seconds, found.records_expected, found.file_name) == ("succeeded", 3600.0, 10, "p.csv")
    assert found.flags == ()


def test_a_finish_before_its_start_is_finished(store: Store) -> None:
    report(store, "succeeded", 60, finished=SIX + HOUR)
    report(store, "running", 61, records_read=4)
    report(store, "started", 62, started=SIX)
    found = run(store)
    assert (found.status, found.started, found.finished, found.seconds) == ("succeeded", SIX, SIX + HOUR, 3600.0)


def test_reports_sent_again_change_nothing(store: Store) -> None:
    for heard in (0, 70, 200):
        report(store, "started", heard, started=SIX)
    report(store, "failed", 10)
    report(store, "succeeded", 60, records_read=3)
    report(store, "failed", 90)
    assert (run(store).status, run(store).records_read) == ("succeeded", 3)


def test_a_restart_under_the_same_name_is_open_again(store: Store) -> None:
    report(store, "started", 0, started=SIX)
    report(store, "failed", 30, finished=SIX + HOUR / 2)
    report(store, "started", 60, started=SIX + HOUR)
    assert (run(store).status, run(store).finished) == ("started", None)
    report(store, "succeeded", 90, finished=SIX + 1.5 * HOUR)
    assert (run(store).status, run(store).seconds) == ("succeeded", 1800.0)


@pytest.mark.parametrize(
    ("columns", "flags"),
    [
        ({"records_read": 10, "records_accepted": 8, "records_rejected": 1}, ("counts do not add up", "succeeded with rejects")),
        ({"records_expected": 10, "records_read": 9}, ("not every record was read",)),
        ({"control_total_expected": 10, "control_total_actual": 9}, ("control total off",)),
        ({"records_rejected": 1}, ("succeeded with rejects",)),
        ({"records_expected": 10, "records_read": 10, "records_accepted": 10, "records_rejected": 0}, ()),
        ({}, ()),
    ],
)
def test_what_disagrees_is_flagged(store: Store, columns: dict[str, Any], flags: tuple[str, ...]) -> None:
    report(store, "succeeded", 0, **columns)
    assert run(store).flags == flags


def test_listed_rejects_are_held_against_the_count(store: Store) -> None:
    rejects = [reject_row("price-load", "R", n, SIX, SIX) for n in (1, 2, 2)]
    store.insert("batch_rejects", rejects)
    store.insert("batch_rejects", rejects)
    report(store, "partial", 0, records_rejected=3)
    assert (run(store).rejects_listed, run(store).flags) == (2, ("rejects listed differ",))
    report(store, "partial", 1, records_rejected=2)
    assert run(store).flags == ()
