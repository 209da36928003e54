"""Turns of a job: the same moments after every restart, never two at once, rest after work; on clocks of the test's own."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.jobs import Job, Scheduler, next_turn, stable_share

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)


class Hands:
    """Two clocks that the test turns: the wall's and the one that measures."""

    def __init__(self) -> None:
        self.passed = 0.0

    def wall(self) -> datetime:
        return NOW + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        return 1000 + self.passed


@given(
    st.text(max_size=20),
    st.integers(1, 7 * 86_400),
    st.integers(946_684_800, 4_102_444_800).map(lambda at: datetime.fromtimestamp(at, UTC)),
)
def test_turns_lie_at_the_same_share_of_every_period(name: str, seconds: int, now: datetime) -> None:
    every = timedelta(seconds=seconds)
    turn = next_turn(name, every, now)
    assert now < turn <= now + every
    assert next_turn(name, every, turn) == turn + every
    assert next_turn(name, every, turn - timedelta(microseconds=1)) == turn
    assert 0 <= stable_share(name) < 1


def test_jobs_of_equal_period_do_not_all_start_at_once() -> None:
    names = ("record observation", "record intake", "build generation", "measure service levels", "decide and send alerts")
    assert len({next_turn(name, timedelta(seconds=60), NOW) for name in names}) == len(names)


def test_a_turn_while_it_runs_is_skipped_and_counted() -> None:
    hands, entered, leave = Hands(), threading.Event(), threading.Event()
    job = Job("slow", timedelta(seconds=1), lambda: (entered.set(), leave.wait(10)))
    scheduler = Scheduler((job,), clock=hands.wall, seconds=hands.seconds)
    working = threading.Thread(target=scheduler.turn, args=(job,))
    working.start()
    assert entered.wait(10)
    scheduler.turn(job)
    [during] = scheduler.figures()
    assert (during.runs, during.skipped, during.running_since, during.last_finished) == (0, 1, NOW, None)
    hands.passed = 7.0
    leave.set()
    working.join()
    [after] = scheduler.figures()
    assert (after.runs, after.running_since, after.last_seconds) == (1, None, 7.0)
    assert (after.last_started, after.last_finished) == (NOW, NOW + timedelta(seconds=7))


@pytest.mark.parametrize(("busy", "rest"), [(False, 2.0), (True, 10.0)])
def test_it_rests_as_long_as_it_ran_and_longer_while_senders_wait(busy: bool, rest: float) -> None:
    hands = Hands()

    def work() -> None:
        hands.passed += 2.0

    job = Job("work", timedelta(seconds=1), work)
    scheduler = Scheduler((job,), clock=hands.wall, seconds=hands.seconds, busy=lambda: busy)
    scheduler.turn(job)
    hands.passed += rest - 0.1
    scheduler.turn(job)
    hands.passed += 0.2
    scheduler.turn(job)
    [figures] = scheduler.figures()
    assert (figures.runs, figures.skipped, figures.every_seconds) == (2, 1, 1.0)


def test_an_error_is_kept_until_the_next_good_run() -> None:
    hands, broken = Hands(), [True]

    def work() -> None:
        if broken[0]:
            raise ValueError("prices.csv line 4")

    job = Job("work", timedelta(seconds=1), work)
    scheduler = Scheduler((job,), clock=hands.wall, seconds=hands.seconds)
    scheduler.turn(job)
    assert scheduler.figures()[0].last_error == "ValueError: prices.csv line 4"
    broken[0] = False
    scheduler.turn(job)
    [figures] = scheduler.figures()
    assert (figures.runs, figures.failures, figures.last_error) == (2, 1, "")
