"""The job table runs, survives a failing job, and never overlaps."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from server.jobs import Job, Scheduler
from store.query import Query
from store.store import Store


def test_a_failing_job_is_reported_and_does_not_stop_the_others() -> None:
    done = threading.Event()

    def fail() -> None:
        raise ValueError("broken on purpose")

    scheduler = Scheduler((Job("bad", timedelta(seconds=0.05), fail), Job("good", timedelta(seconds=0.05), done.set)))
    scheduler.start()
    assert done.wait(5)
    until = time.monotonic() + 5
    while not all(f.runs for f in scheduler.figures()) and time.monotonic() < until:
        time.sleep(0.02)
    scheduler.stop()
    bad, good = scheduler.figures()
    assert (bad.last_error, good.last_error) == ("ValueError: broken on purpose", "")
    assert bad.failures == bad.runs


def test_runs_of_a_job_never_overlap() -> None:
    lock, overlaps = threading.Lock(), []

    def slow() -> None:
        overlaps.append(not lock.acquire(blocking=False))
        time.sleep(0.1)
        lock.release()

    scheduler = Scheduler((Job("slow", timedelta(seconds=0.02), slow),))
    scheduler.start()
    until = time.monotonic() + 20
    while len(overlaps) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    scheduler.stop()
    scheduler.stop()
    assert len(overlaps) >= 3
    assert not any(overlaps)


def test_stop_without_start_is_safe() -> None:
    Scheduler(()).stop()


@pytest.mark.parametrize("interruptible", [True, False])
def test_a_stop_interrupts_work_in_pieces_but_not_what_must_run_to_its_end(store: Store, interruptible: bool) -> None:
    begun, pieces, go_on = threading.Event(), list[int](), threading.Event()

    def work() -> None:
        for piece in range(3):
            store.value(Query("a piece", "SELECT 1"))
            pieces.append(piece)
            begun.set()
            assert go_on.wait(10)

    scheduler = Scheduler((Job("pieces", timedelta(seconds=0.05), work, interruptible),))
    scheduler.start()
    assert begun.wait(10)
    stopping = threading.Thread(target=scheduler.stop)
    stopping.start()
    time.sleep(0.1)
    go_on.set()
    stopping.join(10)
    assert pieces == ([0] if interruptible else [0, 1, 2])
    [figures] = scheduler.figures()
    assert (figures.runs, figures.last_error) == (1, "")
    assert store.value(Query("others", "SELECT 2")) == 2


def test_news_wake_the_next_job_long_before_its_turn_also_while_it_runs() -> None:
    woken, go_on, news = threading.Semaphore(0), threading.Semaphore(0), [True]

    def told() -> None:
        woken.release()
        assert go_on.acquire(timeout=20)

    finding = Job("find", timedelta(days=30), lambda: news[0], wakes="tell")
    scheduler = Scheduler((finding, Job("tell", timedelta(days=30), told)))
    scheduler.start()
    scheduler.turn(finding)
    assert woken.acquire(timeout=20)
    scheduler.turn(finding)  # while it tells: it has to look once more
    go_on.release()
    assert woken.acquire(timeout=20)
    go_on.release()
    news[0] = False
    scheduler.turn(finding)
    scheduler.stop()
    assert [(f.name, f.runs, f.failures) for f in scheduler.figures()] == [("find", 3, 0), ("tell", 2, 0)]


def test_a_job_may_wake_one_that_this_process_does_not_have() -> None:
    alone = Job("find", timedelta(days=30), lambda: True, wakes="tell")
    scheduler = Scheduler((alone,))
    scheduler.start()
    scheduler.turn(alone)
    scheduler.stop()
    assert scheduler.figures()[0].runs == 1
