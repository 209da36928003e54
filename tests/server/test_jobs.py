"""The job table runs, survives a failing job, and never overlaps."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from server.jobs import Job, Scheduler


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
