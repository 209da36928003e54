"""Mails of editions against a real mail server that refuses, puts off and breaks off; commands that cannot be carried out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from alerts import channels
from alerts.conditions.reports import undelivered
from alerts.conditions.systems import health
from analytics.context import Context
from domain.conditions import Health
from domain.configuration import Configuration
from reports import record
from reports.document import TO_JSON
from reports.issuing import Issuing
from reports.record import Command, Mailing
from tests.conftest import NOW
from tests.reports import world
from tests.support.receivers import free_port

REPORT = TO_JSON.validate_json((Path(__file__).parent / "golden" / "edition2.json").read_bytes())


@dataclass
class Answers:
    """A mail server that answers each message with the next of `says`, then accepts; `before` runs first."""

    says: list[str]
    messages: list[Message] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.says.pop(0) if self.says else "250 OK"
        if answer.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer


@contextmanager
def _server(*says: str) -> Iterator[Answers]:
    answers = Answers(list(says))
    answers.port = free_port()
    controller = Controller(answers, hostname="127.0.0.1", port=answers.port)
    controller.start()
    try:
        yield answers
    finally:
        controller.stop()


@pytest.fixture
def configuration() -> Configuration:
    """Nobody reads regularly, so that nothing is due by itself."""
    configured = world.network()
    quiet = tuple(r.model_copy(update={"to": ()}) for r in configured.reports if r.id == "leadership")
    return configured.model_copy(update={"reports": quiet})


class _Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock(NOW)


def _issuing(context: Context, clock: _Clock, port: int) -> Issuing:
    environment = {"TEST_SMTP_HOST": "127.0.0.1", "TEST_SMTP_PORT": str(port), "TEST_SLACK_URL": "http://127.0.0.1:1/"}
    return Issuing(replace(context, clock=clock), channels.build(context.configuration, environment))


def _owed(context: Context) -> Mailing:
    mail = record.mailing(REPORT, "mail", ["cfo@test.health"], ["pdf"], NOW)
    record.store_edition(context.store, REPORT, {}, "schedule", [mail], NOW)
    return mail


def _now(context: Context) -> Mailing:
    (found,) = record.mailings(context.store)
    return found


def test_what_is_put_off_is_sent_later_as_the_same_message(context: Context, clock: _Clock) -> None:
    _owed(context)
    with _server("451 busy", "451 busy") as smtp:
        issuing = _issuing(context, clock, smtp.port)
        told = []
        for _ in range(8):
            step = issuing.step()
            told.append((step.sent, step.failed))
            clock.now += timedelta(seconds=4)
    assert [one for one in told if one != (0, 0)] == [(0, 1), (0, 1), (1, 0)]
    assert told[1] == (0, 0), "it waits before it tries again"
    assert (_now(context).state, _now(context).attempts, _now(context).failures) == ("sent", 3, 2)
    assert [m["Message-ID"] for m in smtp.messages] == [f"<{_now(context).delivery_id}@test.health>"]


def test_a_refused_mail_is_given_up_with_the_reason(context: Context, clock: _Clock) -> None:
    _owed(context)
    with _server("550 no such user") as smtp:
        step = _issuing(context, clock, smtp.port).step()
        again = _issuing(context, clock, smtp.port).step()
    assert ((step.sent, step.failed), (again.sent, again.failed)) == ((0, 1), (0, 0))
    assert _now(context).state == "dead"
    assert "550" in _now(context).detail


def test_a_mail_given_up_is_an_alarm_of_its_own_until_it_is_sent(context: Context) -> None:
    mail = record.mailing(REPORT, "mail", ["cfo@test.health"], [], NOW)
    record.tell(context.store, mail, "dead", 1, "550 no such mailbox", NOW - timedelta(minutes=1))
    (alarm,) = undelivered(context)
    assert (alarm.kind, alarm.subject) == ("health", f"report {REPORT.audience} {REPORT.week}")
    assert "was not delivered through mail: 550 no such mailbox" in alarm.finding
    assert alarm in tuple(health(context, Health(id="own", kind="health")))
    record.tell(context.store, mail, "sent", 2, "", NOW)
    assert tuple(undelivered(context)) == ()


def test_nobody_answers_for_two_days_and_it_is_given_up(context: Context, clock: _Clock) -> None:
    _owed(context)
    issuing = _issuing(context, clock, 1)
    issuing.step()
    assert _now(context).state == "owed"
    clock.now += timedelta(days=2, minutes=1)
    issuing.step()
    assert _now(context).state == "dead"


def test_a_crash_between_sending_and_recording_repeats_once_and_says_so(context: Context, clock: _Clock) -> None:
    """The attempt is on record, its outcome is not: the server may have taken it."""
    mail = _owed(context)
    record.tell(context.store, mail, "attempt", 1, "", NOW)
    clock.now += timedelta(seconds=10)
    with _server() as smtp:
        step = _issuing(context, clock, smtp.port).step()
        _issuing(context, clock, smtp.port).step()
    assert step.sent == 1
    (sent,) = smtp.messages
    assert sent["Message-ID"] == f"<{mail.delivery_id}@test.health>"
    assert "This may be a repeat" in sent.get_body(("plain",)).get_content()  # type: ignore[attr-defined]


def test_a_channel_whose_settings_are_missing_keeps_the_mail_owed(context: Context, clock: _Clock) -> None:
    _owed(context)
    step = Issuing(replace(context, clock=clock), {}).step()
    assert (step.sent, step.failed, _now(context).state) == (0, 0, "owed")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Command("", "board", "2026-W46", 0, "cfo", ("a@b.c",)), 'There is no report "board"; there are leadership'),
        (Command("", "leadership", "2026-W99", 0, "cfo", ("a@b.c",)), '"2026-W99" does not exist'),
        (Command("", "leadership", "2026-W46", 0, "cfo"), 'Nobody to send to: give "leadership" people'),
        (Command("", "leadership", "2026-W46", 7, "cfo", ("a@b.c",)), "leadership has no edition 7 of 2026-W46"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(context: Context, clock: _Clock, command: Command, why: str) -> None:
    id = record.ask(context.store, command, NOW)
    assert record.outcome(context.store, id) == record.Outcome(id, "pending", 0, "")
    assert _issuing(context, clock, 1).step().editions == 0
    outcome = record.outcome(context.store, id)
    assert outcome is not None and outcome.outcome == "refused"
    assert why in outcome.reason
    assert record.pending(context.store) == ()
    assert record.outcome(context.store, "never") is None


def test_a_stored_edition_is_sent_again_to_somebody_else_as_it_was(context: Context, clock: _Clock) -> None:
    record.store_edition(context.store, REPORT, {}, "schedule", [], NOW)
    id = record.ask(context.store, Command("", "leadership", REPORT.week, 2, "cfo", ("auditor@test.health",)), NOW)
    with _server() as smtp:
        step = _issuing(context, clock, smtp.port).step()
    assert (step.editions, step.sent) == (0, 1)
    assert record.outcome(context.store, id) == record.Outcome(id, "done", 2, "")
    assert [str(m["To"]) for m in smtp.messages] == ["auditor@test.health"]
