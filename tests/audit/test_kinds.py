"""Every kind of record stands in the audit log: messages, silences, the desk, editions of reports, rules, intake, the lease."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts import audit as log
from alerts import channels
from alerts.commands import Action, Command, Source, append
from alerts.lease import Lease
from alerts.scheduler_step import Alerting
from alerts.silences import silences
from analytics import desk
from analytics.context import Context
from domain.interval import Interval
from reports.record import Mailing, tell
from tests.conftest import NOW
from tests.support.receivers import mail_server, webhook
from tests.support.telemetry import Telemetry


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def passes(self, seconds: float = 5) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(context: Context, clock: Clock) -> Context:
    return replace(context, clock=lambda: clock.now)


@pytest.fixture
def scheduler(house: Context) -> Iterator[Alerting]:
    """With a mail server and a webhook of its own; a password in the webhook's address shows whether it gets into the log."""
    with mail_server() as mailbox, webhook() as hook:
        where = {"TEST_SLACK_URL": f"{hook.url}?key=s3cr3t", "TEST_SMTP_HOST": "127.0.0.1", "TEST_SMTP_PORT": str(mailbox.port)}
        yield Alerting(house, channels.build(house.configuration, where), "http://127.0.0.1:8080")


def found(house: Context, **asked: str) -> list[tuple[str, str, str, str, str]]:
    entries = log.audit(house, Interval(NOW - timedelta(days=1), NOW + timedelta(days=1)), **asked)  # type: ignore[arg-type]
    return [(e.actor, e.door, e.action, e.object, e.outcome) for e in entries]


def fails(telemetry: Telemetry) -> None:
    telemetry.span(
        "load price", NOW - timedelta(minutes=1), 1, error="No mapping for item 40-2217 at H07", interface_id="erp-price-load",
        contract_id="MS-7895", facility_id="H07", item_id="40-2217", correlation_id="C-1",
    )  # fmt: skip


def test_messages_with_their_channel_and_people_and_without_secrets(
    house: Context, clock: Clock, scheduler: Alerting, telemetry: Telemetry
) -> None:
    fails(telemetry)
    for _ in range(12):
        scheduler.step()
        clock.passes(10)
    entries = log.audit(house, Interval(NOW - timedelta(days=1), NOW + timedelta(days=1)))
    sent = [e for e in entries if e.action == "send message"]
    assert {e.outcome for e in sent} == {"sent"} and {e.actor for e in sent} == {"scheduler"}
    assert {e.object for e in sent} == {e.object for e in entries if e.action == "decide incident"}
    assert any(e.detail.startswith("to ") and "@" in e.detail for e in sent), "who was told"
    assert b"s3cr3t" not in b"".join(map(log.as_line, entries))


def test_a_silence_from_asking_to_its_end_under_one_name(house: Context, clock: Clock) -> None:
    scheduler = Alerting(house, {}, "")
    asked = Command(
        Action.SILENCE,
        "integration",
        until=NOW + timedelta(hours=2),
        matchers=('interface="erp-price-load"',),
        source=Source.PAGE,
    )
    append(house, asked)
    clock.passes()
    scheduler.step()
    (silence,) = silences(house)
    clock.passes()
    append(house, Command(Action.EXPIRE_SILENCE, "integration", silence_id=silence.silence_id, source=Source.CLI))
    append(house, Command(Action.EXPIRE_SILENCE, "integration", silence_id="nonsense", source=Source.API))
    clock.passes()
    scheduler.step()
    assert ("integration", "page", "silence", "silences", "asked") in found(house)
    assert ("integration", "api", "expire silence", "silence nonsense", "asked") in found(house)
    assert set(found(house, object=f"silence {silence.silence_id}")) == {
        ("integration", "scheduler", "keep silence", f"silence {silence.silence_id}", "kept"),
        ("integration", "cli", "expire silence", f"silence {silence.silence_id}", "asked"),
        ("integration", "scheduler", "answer command", f"silence {silence.silence_id}", "accepted"),
    }
    assert "refused" in {outcome for *_, outcome in found(house)}


def test_work_items_opened_asked_done_and_refused(house: Context, telemetry: Telemetry, clock: Clock) -> None:
    fails(telemetry)
    desk.keep_desk(house)
    (item,) = desk.items(house, Interval(NOW - timedelta(days=1), NOW + timedelta(days=1)))
    desk.ask(house, [item.item_id], {"assign": "integration"}, actor="item-master")
    desk.ask(house, [item.item_id], {"assign": "nobody-known"}, actor="item-master")
    clock.passes()
    desk.accept_commands(house)
    of_item = found(house, object=f"work item {item.item_id}")
    assert {(door, action, outcome) for _, door, action, _, outcome in of_item} >= {
        ("scheduler", "opened work item", "done"),
        ("desk", "assign work item", "asked"),
        ("scheduler", "assign work item", "done"),
        ("scheduler", "assign work item", "refused"),
    }


def test_editions_and_their_mails(house: Context) -> None:
    edition = {"time": NOW, "kind": "edition", "audience": "finance", "week": "2026-W46", "edition": 2, "actor": "late data",
               "configuration": "abc", "summary": "All met"}  # fmt: skip
    house.store.insert("report_events", [edition])
    mail = Mailing("d1", "finance", "2026-W46", 2, "mail", "owed", 0, 0, NOW, NOW, "", '{"to": [], "attach": []}')
    for attempt, kind in enumerate(("attempt", "failed", "attempt", "sent", "dead")):
        tell(house.store, mail, kind, attempt, "550 no such mailbox", NOW + timedelta(seconds=attempt))
    assert found(house) == [
        ("scheduler", "scheduler", "make report", "report finance 2026-W46 edition 2", "stored"),
        *(("scheduler", "mail", "send report", "report finance 2026-W46 edition 2", kind) for kind in ("failed", "sent", "dead")),
    ]


def test_rules_refused_requests_and_who_decided(house: Context, clock: Clock) -> None:
    house.store.insert("generations", [
        {"number": 7, "state": state, "rules": "r7", "shape": "", "keys": "", "cut": 0, "waiting_for": [], "revision": n, "recorded": NOW}
        for n, state in ((1, "building"), (2, "active"))
    ])  # fmt: skip
    house.store.insert("intake_refusals", [
        {"minute": NOW, "signal": "traces", "reason": "unknown key", "refused": 12, "received": NOW}
    ])  # fmt: skip
    lease = Lease(house.store, lambda: clock.now, "one")
    lease.take()
    clock.passes()
    lease.release()
    entries = found(house)
    assert ("sender", "intake", "send telemetry", "traces", "refused") in entries
    assert ("scheduler", "configuration", "change rules", "generation 7", "active") in entries
    assert [(who, outcome) for who, _, action, _, outcome in entries if action == "decide"] == [
        ("one", "taken"),
        ("one", "released"),
    ]
