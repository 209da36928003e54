"""Commits beside each other: begun only when enough waits, and never two for the same request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from collector.intake import Intake
from collector.limits import Limits
from collector.recent import Flying


@dataclass(frozen=True)
class Item:
    size: int


class Commits:
    """A commit that lasts until it is let go; how many were under way at once, and what each held."""

    def __init__(self) -> None:
        self.go, self.entered = threading.Event(), threading.Semaphore(0)
        self.batches: list[int] = []

    def __call__(self, items: Sequence[Item]) -> Sequence[None]:
        self.batches.append(len(items))
        self.entered.release()
        assert self.go.wait(10)
        return [None] * len(items)


@pytest.fixture
def running(request: pytest.FixtureRequest) -> Callable[[Commits], Intake[Item]]:
    def start(commits: Commits) -> Intake[Item]:
        intake: Intake[Item] = Intake("test", commits, Limits(batch=100, overlap=50, writers=2, linger=0.001, waiting=1000))
        intake.start()
        request.addfinalizer(intake.stop)
        request.addfinalizer(commits.go.set)
        return intake

    return start


def test_another_commit_begins_beside_a_running_one_once_enough_waits(running: Callable[[Commits], Intake[Item]]) -> None:
    commits = Commits()
    intake = running(commits)
    first = intake.submit(Item(10))
    assert commits.entered.acquire(timeout=10)
    waiting = [intake.submit(Item(20)), intake.submit(Item(20))]
    assert not commits.entered.acquire(timeout=0.1), "40 of 50 bytes wait, and a second commit began"
    waiting.append(intake.submit(Item(10)))
    assert commits.entered.acquire(timeout=10)
    assert commits.batches == [1, 3]
    more = [intake.submit(Item(60)), intake.submit(Item(40)), intake.submit(Item(10))]
    assert not commits.entered.acquire(timeout=0.1), "a third commit began beside two"
    commits.go.set()
    for done in (first, *waiting, *more):
        done.result(10)
    assert sum(commits.batches) == 7
    assert intake.waiting_bytes == 0


def test_what_waits_is_committed_at_the_stop(running: Callable[[Commits], Intake[Item]]) -> None:
    commits = Commits()
    intake = running(commits)
    done = [intake.submit(Item(10))]
    assert commits.entered.acquire(timeout=10)
    done += [intake.submit(Item(90)) for _ in range(5)]
    commits.go.set()
    intake.stop()
    assert all(one.done() for one in done)


def test_two_batches_that_share_a_request_follow_each_other() -> None:
    flying, order = Flying(), list[str]()

    def second() -> None:
        with flying.taking_off([b"b", b"c"]):
            order.append("second")

    with flying.taking_off([b"a", b"b"]):
        thread = threading.Thread(target=second)
        thread.start()
        with flying.taking_off([b"d"]):
            order.append("other")
        time.sleep(0.05)
        order.append("first")
    thread.join(10)
    assert order == ["other", "first", "second"]
