"""Pollers as sources: each on its own, backing off while it fails, given up when it hangs, always on record."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics import queues
from analytics.context import Context
from analytics.queues.rows import PollerHealth
from collector.collector import Collector
from collector.http_client import HttpClient, HttpSettings
from collector.queues.poller import Poller, PollFailed, QueueReading
from collector.queues.rabbitmq.config import RabbitMqSettings
from collector.queues.rates import Rates
from collector.queues.runner import PollerRunner, wait_seconds
from collector.queues.scrub import scrub
from collector.queues.sources import sources
from domain.configuration import Configuration
from domain.pollers import QueuePoller
from domain.secrets import Secret, SecretMissing
from store.query import Query
from store.store import Store
from tests.conftest import NOW
from tests.support.pollers import answering_nothing

EVERY = timedelta(seconds=30)


class Answers:
    """A poller that does what it is told next, and says how often it was built and closed."""

    def __init__(self, *steps: Callable[[], Sequence[QueueReading]]) -> None:
        self.steps = list(steps)
        self.built = self.closed = 0

    def build(self) -> Poller:
        self.built += 1
        return self

    def sample(self) -> Sequence[QueueReading]:
        return self.steps.pop(0)()

    def close(self) -> None:
        self.closed += 1


def raising(error: Exception) -> Callable[[], Sequence[QueueReading]]:
    def step() -> Sequence[QueueReading]:
        raise error

    return step


def reading(depth: int | None) -> Callable[[], Sequence[QueueReading]]:
    return lambda: [QueueReading("price.load", "b", depth=depth), QueueReading("other", "b", depth=1)]


@pytest.fixture
def collector(store: Store, configuration: Configuration) -> Iterator[Collector]:
    collecting = Collector(store, configuration, clock=lambda: NOW)
    collecting.start()
    yield collecting
    collecting.stop()


Make = Callable[..., PollerRunner]


@pytest.fixture
def make(collector: Collector) -> Iterator[Make]:
    made: list[PollerRunner] = []

    def runner(
        answers: Answers, *, timeout: float = 5, settings: Any = None, id: str = "p", now: list[datetime] | None = None
    ) -> PollerRunner:
        poller = QueuePoller(
            id=id,
            kind="test",
            every=EVERY,
            timeout=timedelta(seconds=timeout),
            interfaces={"other": "po-to-erp"},
            settings=settings,
        )
        clock = (lambda: now[0]) if now else (lambda: NOW)
        made.append(
            PollerRunner(
                poller, answers.build, collector.take_rows, {"price.load": "erp-price-load"}, {"PASSWORD": "hunter22"}, clock
            )
        )
        return made[-1]

    yield runner
    for each in made:
        each.stop()
        each.stop()


def test_readings_reach_the_store_under_their_interface(make: Make, store: Store) -> None:
    assert make(Answers(reading(None))).poll().queues == 2
    rows = store.records(Query("test/samples", "SELECT * FROM queue_samples ORDER BY queue"))
    assert [(r["queue"], r["interface_id"], r["depth"], r["time"]) for r in rows] == [
        ("other", "po-to-erp", 1, NOW),
        ("price.load", "erp-price-load", None, NOW),
    ]


def test_a_refusal_keeps_the_poller_and_anything_else_builds_it_anew(make: Make) -> None:
    answers = Answers(raising(PollFailed("not now")), reading(1), raising(OSError("broken pipe")), reading(2))
    runner = make(answers)
    assert (runner.poll().error, answers.built, answers.closed) == ("not now", 1, 0)
    assert (runner.poll().failures, answers.built) == (0, 1)
    assert (runner.poll().error, answers.built, answers.closed) == ("OSError: broken pipe", 1, 1)
    assert (runner.poll().error, answers.built) == ("", 2)


def test_what_hangs_is_given_up_and_not_asked_again_before_it_returned(make: Make) -> None:
    released = threading.Event()

    def hang() -> Sequence[QueueReading]:
        released.wait(30)
        return [QueueReading("late", "b", depth=1)]

    answers = Answers(hang, reading(3))
    runner = make(answers, timeout=0.2)
    assert runner.poll().error == "no answer within 0.2 s; see why, or raise timeout"
    assert runner.poll().error.startswith("the previous poll has still not returned")
    assert (runner.state.failures, answers.built, threading.active_count() < 20) == (2, 1, True)
    released.set()
    for thread in threading.enumerate():
        if thread.name == "poller-p":
            thread.join(5)
    assert (runner.poll().error, runner.state.queues, answers.built, answers.closed) == ("", 2, 2, 1)


def test_waiting_doubles_up_to_five_minutes_and_is_jittered() -> None:
    exact = [wait_seconds(EVERY, n, lambda low, high: (low + high) / 2) for n in range(7)]
    assert exact == [30, 60, 120, 240, 300, 300, 300]
    assert wait_seconds(timedelta(hours=1), 9, lambda low, high: 1.0) == 3600
    assert len({wait_seconds(EVERY, 0) for _ in range(20)}) > 1
    assert all(27 <= wait_seconds(EVERY, 0) <= 33 for _ in range(50))


def test_a_secret_in_an_error_is_masked(make: Make, store: Store) -> None:
    settings = RabbitMqSettings.model_validate({"url": "http://h", "username": "u", "password": {"env": "PASSWORD"}})
    error = OSError("cannot log in at amqp://u:hunter22@h with hunter22\nand ?token=abc&x=1")
    runner = make(Answers(raising(error)), settings=settings)
    assert runner.poll().error == "OSError: cannot log in at amqp://***@h with *** and ?token=***&x=1"
    assert "hunter22" not in str(store.records(Query("test/states", "SELECT * FROM poller_states")))
    assert scrub("at http://h/?q=a%2Fb%21 x", ("a/b!",)) == "at http://h/?q=*** x"


def test_a_secret_that_is_missing_is_a_failed_poll_that_names_it(collector: Collector) -> None:
    settings = RabbitMqSettings.model_validate({"url": "http://127.0.0.1:1", "username": "u", "password": {"env": "NOT_SET"}})
    configuration = collector.configuration.model_copy(
        update={"pollers": (QueuePoller(id="r", kind="rabbitmq", settings=settings),)}
    )
    (runner,) = sources(collector, configuration, {})
    assert runner.poll().error == "the environment variable NOT_SET is not set; set it, or name another under env"
    runner.stop()


def test_pollers_do_not_wait_for_each_other(make: Make, collector: Collector, store: Store) -> None:
    hung = threading.Event()

    def wait() -> Sequence[QueueReading]:
        hung.wait(20)
        return []

    slow = make(Answers(wait), timeout=20, id="slow")
    quick = make(Answers(reading(1)), id="quick")
    for runner in (slow, quick):
        runner._between = lambda low, high: low  # the first poll at once
        collector.add(runner)
    for _ in range(200):
        if quick.state.last_good:
            break
        threading.Event().wait(0.05)
    assert (quick.state.last_good, slow.state.tried) == (NOW, None)
    hung.set()


def test_stopping_does_not_wait_for_a_broker_that_hangs(make: Make) -> None:
    hung = threading.Event()

    def wait() -> Sequence[QueueReading]:
        hung.wait(20)
        return []

    runner = make(Answers(wait), timeout=20)
    runner._between = lambda low, high: low
    runner.start()
    while not any(
        thread.name == "poller-p" and thread.daemon and thread is not runner._thread for thread in threading.enumerate()
    ):
        hung.wait(0.01)
    began = time.monotonic()
    runner.stop()
    assert time.monotonic() - began < 5
    assert (runner.state.tried, runner.state.error) == (None, "")
    hung.set()


def test_the_record_tells_who_fails_for_how_long_and_why(make: Make, context: Context, configuration: Configuration) -> None:
    now = [NOW - timedelta(minutes=20)]
    failing = make(
        Answers(reading(1), raising(PollFailed("401; check the credentials")), raising(PollFailed("401; check the credentials"))),
        id="failing",
        now=now,
    )
    failing.poll()
    silent = make(Answers(reading(1)), id="silent", now=now)
    silent.poll()
    now[0] = NOW - timedelta(minutes=1)
    failing.poll()
    now[0] += timedelta(seconds=30)
    failing.poll()
    good = make(Answers(reading(1)), id="good", now=now)
    good.poll()
    names = ("good", "failing", "silent", "new")
    asked = Context(
        context.store,
        configuration.model_copy(update={"pollers": tuple(QueuePoller(id=n, kind="test", every=EVERY) for n in names)}),
        clock=lambda: NOW,
    )
    told = {status.poller: status for status in queues.pollers(asked)}
    assert {name: status.health for name, status in told.items()} == {
        "good": PollerHealth.OK, "failing": PollerHealth.FAILING, "silent": PollerHealth.SILENT, "new": PollerHealth.NEW,
    }  # fmt: skip
    assert (told["failing"].failures, told["failing"].error, told["failing"].age_seconds) == (
        2,
        "401; check the credentials",
        1200,
    )
    assert (told["good"].queues, told["new"].last_good) == (2, None)
    assert next(iter(told)) == "failing"


def test_a_counter_that_begins_anew_has_grown_by_what_it_counts() -> None:
    rates, at = Rates(), datetime(2026, 11, 22, tzinfo=UTC)
    counts = [(0, 100.0), (10, 150.0), (20, None), (30, 170.0), (40, 20.0), (40, 30.0)]
    assert [rates.per_second("c", count, at + timedelta(seconds=s)) for s, count in counts] == [None, 5.0, None, 1.0, 2.0, None]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"url": "http://127.0.0.1:1"}, "cannot be reached"),
        ({"url": "https://h", "tls": {"ca": "/nowhere.pem"}}, r"tls\.ca /nowhere\.pem cannot be read"),
        (
            {"url": "https://h", "tls": {"certificate": "/nowhere.pem"}},
            r"tls\.certificate /nowhere\.pem and tls\.key None cannot be used",
        ),
    ],
)
def test_what_http_cannot_reach_or_read_is_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(PollFailed, match=message):
        HttpClient(HttpSettings.model_validate(settings), 2, {}).json("/x")


def test_an_http_server_that_says_nothing_is_given_up() -> None:
    with answering_nothing() as port:
        client = HttpClient(HttpSettings(url=f"http://127.0.0.1:{port}"), 0.3, {})
        with pytest.raises(PollFailed, match=r"did not answer within 0\.3 s"):
            client.json("/x")
        client.close()
        client.close()


def test_secrets_are_read_where_they_are_named_and_never_shown(tmp_path: Any) -> None:
    file = tmp_path / "secret"
    file.write_text(" from file\n")
    assert Secret(env="A").reveal({"A": "x"}) == "x"
    assert Secret(file=str(file)).reveal({}) == "from file"
    file.write_text("")
    for secret, message in (
        (Secret(env="A"), "A is not set"),
        (Secret(file=str(file)), "is empty"),
        (Secret(file="/nowhere"), "cannot be read"),
    ):
        with pytest.raises(SecretMissing, match=message):
            secret.reveal({})
    assert (repr(Secret(env="NAME")), str(Secret(env="hunter 2")), repr(Secret(file="hunter2"))) == (
        "Secret(env=NAME)", "Secret(env=***)", "Secret(file=***)",
    )  # fmt: skip
