"""From evidence in the store to messages at real receivers: once each, after failures, after a crash, and on resolve."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerts import channels, record
from alerts.scheduler_step import Alerting
from analytics import sla
from analytics.context import Context
from tests.conftest import NOW
from tests.support.network import small_network
from tests.support.receivers import Mailbox, Webhook, mail_server, webhook
from tests.support.telemetry import Telemetry

_URL = "http://127.0.0.1:8080"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def alerting(context: Context, mailbox: Mailbox, hook: Webhook) -> Alerting:
    environment = {"TEST_SLACK_URL": hook.url, "TEST_SMTP_HOST": "127.0.0.1", "TEST_SMTP_PORT": str(mailbox.port)}
    return Alerting(context, channels.build(context.configuration, environment), _URL)


@pytest.fixture
def clock(context: Context) -> Clock:
    return Clock()


@pytest.fixture
def timed(context: Context, clock: Clock) -> Context:
    return replace(context, clock=clock)


def refuse(telemetry: Telemetry, at: datetime, facility: str = "H07") -> None:
    telemetry.span(
        "load price", at, 1, error=f"No mapping for item 40-2217 at {facility}", interface_id="erp-price-load",
        contract_id="MS-7895", facility_id=facility, item_id="40-2217", correlation_id="C-1",
    )  # fmt: skip


def succeed(telemetry: Telemetry, at: datetime) -> None:
    telemetry.span(
        "load price", at, 1, interface_id="erp-price-load", contract_id="MS-7895", facility_id="H07", item_id="40-2217"
    )


def test_one_message_each_then_silence_then_one_resolve_each(timed: Context, clock: Clock, telemetry: Telemetry) -> None:
    with mail_server() as mailbox, webhook() as hook:
        steps = alerting(timed, mailbox, hook)
        refuse(telemetry, NOW - timedelta(minutes=1))
        assert (steps.step().opened, len(mailbox.messages), len(hook.messages)) == (1, 1, 1)
        refuse(telemetry, NOW - timedelta(seconds=30))
        steps.step()
        assert (len(mailbox.messages), len(hook.messages)) == (1, 1)
        succeed(telemetry, NOW - timedelta(seconds=10))
        clock.now += timedelta(seconds=5)
        assert (steps.step().resolved, len(mailbox.messages), len(hook.messages)) == (1, 2, 2)
        assert mailbox.messages[1]["Subject"].startswith("[resolved]")
        assert mailbox.messages[0]["References"] == mailbox.messages[1]["References"]
        assert mailbox.messages[0]["Message-ID"] != mailbox.messages[1]["Message-ID"]


def test_a_second_facility_joins_in_silence(timed: Context, telemetry: Telemetry) -> None:
    with mail_server() as mailbox, webhook() as hook:
        steps = alerting(timed, mailbox, hook)
        refuse(telemetry, NOW - timedelta(minutes=2), "H07")
        steps.step()
        refuse(telemetry, NOW - timedelta(minutes=1), "H03")
        steps.step()
        assert (len(mailbox.messages), len(hook.messages)) == (1, 1)


def test_the_breach_of_the_refused_contract_joins_its_incident_in_silence(
    timed: Context, clock: Clock, telemetry: Telemetry
) -> None:
    with mail_server() as mailbox, webhook() as hook:
        steps = alerting(timed, mailbox, hook)
        executed = NOW - timedelta(hours=12) + timedelta(seconds=5)
        telemetry.milestone(
            "contract_activation", "MS-7895", "executed", executed, facility_id="H07", item_id="40-2217", correlation_id="C-1"
        )
        refuse(telemetry, NOW - timedelta(seconds=2))
        assert steps.step().opened == 1
        clock.now += timedelta(seconds=7)
        sla.measure(timed)
        (opened,) = sla.record_breaches(timed)
        assert opened.opened == executed + timedelta(hours=12), "the due time, not the detection time"
        assert steps.step().joined == 1
        assert (len(mailbox.messages), len(hook.messages)) == (1, 1)
        (incident,) = record.incidents(timed)
        assert (incident.sla_id, incident.notifications) == ("activation", 2)


def test_an_incident_older_than_the_horizon_is_not_said_to_be_resolved(
    timed: Context, clock: Clock, telemetry: Telemetry
) -> None:
    with mail_server() as mailbox, webhook() as hook:
        steps = alerting(timed, mailbox, hook)
        refuse(telemetry, NOW - timedelta(minutes=1))
        steps.step()
        clock.now += timedelta(days=45)
        assert steps.step().resolved == 0
        assert (len(mailbox.messages), len(hook.messages)) == (2, 2), "it is said again, as still open"
        assert record.incidents(timed)[0].reasons[-1] == "repeated: repeat elapsed"


def test_where_no_route_matches_the_incident_says_that_nobody_is_told(timed: Context, telemetry: Telemetry) -> None:
    only_batches = small_network(routes=[{"id": "r", "channels": ["mail"], "match": {"slas": ["price-file"]}}])
    with mail_server() as mailbox, webhook() as hook:
        refuse(telemetry, NOW - timedelta(minutes=1))
        alerting(replace(timed, configuration=only_batches), mailbox, hook).step()
        assert record.incidents(timed)[0].reasons[-1] == "nobody is told: no route matches"
        assert (len(mailbox.messages), len(hook.messages)) == (0, 0)


def test_a_webhook_that_was_down_gets_its_message_once_it_is_up(timed: Context, clock: Clock, telemetry: Telemetry) -> None:
    with mail_server() as mailbox, webhook() as hook:
        steps = alerting(timed, mailbox, hook)
        hook.status = 503
        refuse(telemetry, NOW - timedelta(minutes=1))
        assert (steps.step().failed, len(mailbox.messages), len(hook.messages)) == (1, 1, 0)
        hook.status = 200
        assert steps.step().sent == 0, "not before its wait is over"
        clock.now += timedelta(seconds=10)
        assert (steps.step().sent, len(mailbox.messages), len(hook.messages)) == (1, 1, 1)
        (incident,) = record.incidents(timed)
        assert {(d.channel, d.state, d.failures) for d in record.deliveries(timed, incident.incident_id)} == {
            ("mail", "sent", 0),
            ("slack", "sent", 1),
        }


def test_a_refusal_is_given_up_and_visible(timed: Context, telemetry: Telemetry) -> None:
    with mail_server() as mailbox, webhook() as hook:
        hook.status = 404
        refuse(telemetry, NOW - timedelta(minutes=1))
        alerting(timed, mailbox, hook).step()
        dead = [d for d in record.deliveries(timed) if d.channel == "slack"]
        assert [(d.state, "404" in d.detail) for d in dead] == [("dead", True)]
        assert hook.url not in dead[0].detail


def test_killed_between_record_and_send_the_next_process_sends_the_same_message(
    timed: Context, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as mailbox, webhook() as hook:
        refuse(telemetry, NOW - timedelta(minutes=1))
        first = alerting(timed, mailbox, hook)

        def die(*_: object) -> bool:
            raise KeyboardInterrupt

        monkeypatch.setattr(first._outbox, "_attempt", die)
        with pytest.raises(KeyboardInterrupt):
            first.step()
        assert (len(mailbox.messages), len(hook.messages)) == (0, 0)
        second = alerting(timed, mailbox, hook)
        assert second.step().sent == 2
        second.step()
        assert (len(mailbox.messages), len(hook.messages)) == (1, 1)


def test_killed_during_the_send_the_repeat_is_marked_and_has_the_same_message_id(
    timed: Context, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as mailbox, webhook() as hook:
        refuse(telemetry, NOW - timedelta(minutes=1))
        first = alerting(timed, mailbox, hook)

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(first._outbox, "_record_leftovers", lambda lane: die() if lane.unrecorded else None)
        with pytest.raises(KeyboardInterrupt):
            first.step()
        assert (len(mailbox.messages), len(hook.messages)) == (1, 1)
        alerting(timed, mailbox, hook).step()
        alerting(timed, mailbox, hook).step()
        assert (len(mailbox.messages), len(hook.messages)) == (2, 2), "each channel had one under way: one repeat a crash"
        sent = mailbox.messages
        assert sent[0]["Message-ID"] == sent[1]["Message-ID"]
        assert (sent[0]["X-Supplyscope-Possible-Repeat"], sent[1]["X-Supplyscope-Possible-Repeat"]) == (None, "true")
        assert "may be a repeat" in str(hook.messages[1])


def test_history_is_recorded_without_a_message(timed: Context, telemetry: Telemetry) -> None:
    with mail_server() as mailbox, webhook() as hook:
        refuse(telemetry, NOW - timedelta(days=2))
        assert alerting(timed, mailbox, hook).step().opened == 1
        assert (len(mailbox.messages), len(hook.messages)) == (0, 0)
        assert record.incidents(timed)[0].historic


def test_content_names_what_where_who_and_what_to_do_and_hides_the_secret(timed: Context, telemetry: Telemetry) -> None:
    with mail_server() as mailbox, webhook() as hook:
        steps = alerting(timed, mailbox, hook)
        refuse(telemetry, NOW - timedelta(minutes=1))
        steps.step()
        html = mailbox.messages[0].get_body(("html",))
        assert html is not None
        for fact in (
            "40-2217",
            "MS-7895",
            "H07 South",
            "Item master team",
            "Add the item cross-reference",
            f"{_URL}/investigate?q=C-1",
        ):
            assert fact in html.get_content()
        shown = str(hook.messages[0])
        for fact in ("40-2217", "MS-7895", "H07 South", "Item master team", f"{_URL}/investigate?q=C-1"):
            assert fact in shown
        assert hook.url not in repr(steps._channels)
