"""Stories with real receivers: the pipeline, its record in the engine and the outbox, on a clock in hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerts import channels, record
from alerts.conditions import Condition
from alerts.scheduler_step import Alerting
from analytics.context import Context
from domain.slas import Severity
from tests.alerts.test_decisions import condition
from tests.conftest import NOW
from tests.support.receivers import Mailbox, Webhook, mail_server, webhook


class Pushed:
    """Conditions as somebody pushes them, in place of those asked of the store."""

    unanswered: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.found: list[Condition] = []

    def open(self, known: Mapping[str, datetime]) -> tuple[Condition, ...]:
        return tuple(self.found)


class Scene:
    """One platform with a mail server and a webhook; `restart` is a new process, or a reload."""

    def __init__(self, context: Context, mailbox: Mailbox, hook: Webhook) -> None:
        self.at = NOW
        self.context = replace(context, clock=lambda: self.at)
        self.mailbox, self.hook, self.pushed = mailbox, hook, Pushed()
        environment = {"TEST_SLACK_URL": hook.url, "TEST_SMTP_HOST": "127.0.0.1", "TEST_SMTP_PORT": str(mailbox.port)}
        self._channels = channels.build(context.configuration, environment)
        self.restart()

    def restart(self) -> None:
        self.alerting = Alerting(self.context, self._channels, "http://127.0.0.1:8080")
        self.alerting._conditions = self.pushed  # type: ignore[assignment]

    def go(self, seconds: int, every: int = 5) -> None:
        for _ in range(0, seconds, every):
            self.at += timedelta(seconds=every)
            self.alerting.step()

    @property
    def got(self) -> tuple[int, int]:
        return len(self.mailbox.messages), len(self.hook.messages)


@pytest.fixture
def scene(context: Context) -> Iterator[Scene]:
    with mail_server() as mailbox, webhook() as hook:
        yield Scene(context, mailbox, hook)


def _page(name: str = "failure|a", subject: str = "contract K-1") -> Condition:
    return condition(name, subject, Severity.CRITICAL)


def test_two_receivers_one_down_the_other_is_not_held_up_and_the_first_gets_it_later(scene: Scene) -> None:
    scene.hook.status = 503
    scene.pushed.found = [_page()]
    scene.go(15)
    assert scene.got == (1, 0)
    scene.hook.status = 200
    scene.go(60)
    assert scene.got == (1, 1)
    scene.go(60)
    assert scene.got == (1, 1), "once"


def test_what_ended_while_its_channel_was_down_arrives_in_order(scene: Scene) -> None:
    scene.hook.status = 503
    scene.pushed.found = [_page()]
    scene.go(10)
    scene.pushed.found = []
    scene.go(10)
    scene.hook.status = 200
    scene.go(120)
    assert scene.got == (2, 2)
    assert "Resolved" not in str(scene.hook.messages[0])
    assert "Resolved" in str(scene.hook.messages[1])


def test_a_reload_and_a_restart_say_nothing_twice(scene: Scene) -> None:
    scene.pushed.found = [_page()]
    scene.go(10)
    scene.restart()
    scene.go(20)
    assert scene.got == (1, 1)
    scene.pushed.found = []
    scene.restart()
    scene.go(10)
    assert scene.got == (2, 2), "an end that was pending is told by the next process, once"
    scene.restart()
    scene.go(10)
    assert scene.got == (2, 2)


def test_an_end_decided_but_not_sent_survives_a_restart(scene: Scene) -> None:
    scene.pushed.found = [_page()]
    scene.go(5)
    scene.hook.status = 503
    scene.pushed.found = []
    scene.go(5)
    assert scene.got == (2, 1)
    scene.restart()
    scene.hook.status = 200
    scene.go(120)
    assert scene.got == (2, 2)


def test_a_cold_start_into_what_began_long_ago_tells_it_at_once_and_once(scene: Scene) -> None:
    scene.pushed.found = [replace(condition("failure|a", ago=180), severity=Severity.WARNING)]
    scene.go(5)
    assert scene.got == (1, 1)
    scene.go(30)
    assert scene.got == (1, 1)


def test_a_storm_of_ten_thousand_is_two_messages_and_one_record_of_each(scene: Scene) -> None:
    scene.pushed.found = [_page(f"failure|{n}", f"contract K-{n}") for n in range(10_000)]
    scene.go(10)
    assert scene.got == (1, 1)
    (storm,) = record.incidents(scene.context)
    assert len(storm.conditions) == 10_000
    scene.pushed.found = []
    scene.go(10)
    assert scene.got == (2, 2)
