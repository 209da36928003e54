"""Each channel against a real receiver that checks the documented request: opened, updated, ended, refused, slow, again."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace

import pytest

from alerts.channels.channel import Outcome
from tests.alerts_channels.notices import ENDED, NOTICE, RAISED, built
from tests.support.media import Answer, Media, media

HTTP = ("slack_webhook", "slack", "webhook", "pagerduty", "alertmanager", "servicenow", "teams")


@pytest.fixture
def world() -> Iterator[Media]:
    with media() as found:
        yield found
        assert found.problems == []


@pytest.mark.parametrize("kind", HTTP)
def test_a_notification_is_taken_as_documented(world: Media, kind: str) -> None:
    assert built(kind, world.url).send(NOTICE).outcome is Outcome.SENT
    (arrival,) = world.of(kind)
    assert "40-2217" in str(arrival.body)


@pytest.mark.parametrize("kind", HTTP)
@pytest.mark.parametrize(
    ("status", "outcome"),
    [(429, Outcome.RETRY), (500, Outcome.RETRY), (503, Outcome.RETRY), (502, Outcome.UNKNOWN), (404, Outcome.REFUSED)],
)
def test_an_answer_says_whether_retrying_helps(world: Media, kind: str, status: int, outcome: Outcome) -> None:
    world.behave = lambda _: Answer(status, (("Retry-After", "7"),))
    delivery = built(kind, world.url).send(NOTICE)
    assert delivery.outcome is outcome
    assert world.url not in delivery.detail
    if status == 429:
        assert delivery.retry_after == 7


@pytest.mark.parametrize("kind", HTTP)
def test_no_answer_leaves_the_outcome_unknown_and_nobody_there_does_not(world: Media, kind: str) -> None:
    world.behave = lambda _: Answer(stall=True)
    assert built(kind, world.url, timeout="1s").send(NOTICE).outcome is Outcome.UNKNOWN
    assert built(kind, "http://127.0.0.1:1").send(NOTICE).outcome is Outcome.RETRY


def test_the_bot_keeps_one_message_up_to_date_and_tells_the_news_in_its_thread(world: Media) -> None:
    channel = built("slack", world.url)
    first = channel.send(NOTICE)
    known = [replace(one, reference=first.reference) for one in (RAISED, ENDED)]
    assert [channel.send(one).reference for one in known] == [first.reference] * 2
    root, raised, ended = world.slack
    assert (root["ts"], root["updates"]) == (first.reference, 2)
    assert "resolved" in str(root["blocks"])
    assert [m["thread_ts"] for m in (raised, ended)] == [root["ts"]] * 2
    assert raised["reply_broadcast"], "everybody sees that it got worse"


def test_the_bot_looks_for_a_message_of_unknown_outcome_before_it_repeats_it(world: Media) -> None:
    channel = built("slack", world.url)
    recent = replace(NOTICE, decided=NOTICE.decided)
    channel.send(recent)
    again = channel.send(replace(recent, again=True))
    assert (again.outcome, again.reference, len(world.slack)) == (Outcome.SENT, world.slack[0]["ts"], 1)
    channel.send(replace(recent, again=True, notification_id="n0009"))
    assert len(world.slack) == 2, "one that is not there is sent"


def test_the_bot_has_buttons_until_it_is_over(world: Media) -> None:
    channel = built("slack", world.url)
    channel.send(NOTICE)
    channel.send(ENDED)
    opened, ended = (str(message["blocks"]) for message in world.slack)
    assert all(f"'action_id': '{a}'" in opened for a in ("acknowledge", "snooze", "resolve"))
    assert "'action_id': 'acknowledge'" not in ended


def test_the_signature_of_a_webhook_is_what_its_receiver_works_out(world: Media) -> None:
    built("webhook", world.url).send(replace(NOTICE, again=True))
    (arrival,) = world.of("webhook")
    headers = arrival.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + arrival.body["raw"]
    expected = base64.b64encode(hmac.new(b"whsec-of-the-test", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (headers["supplyscope-possible-repeat"], arrival.body["possible_repeat"]) == ("true", True)


def test_pagerduty_has_one_key_an_incident_and_three_actions(world: Media) -> None:
    channel = built("pagerduty", world.url)
    for one in (NOTICE, replace(NOTICE, kind="acknowledged", state="acknowledged"), ENDED):
        assert channel.send(one).reference == "supplyscope/I-1"
    events = [arrival.body for arrival in world.of("pagerduty")]
    assert [e["event_action"] for e in events] == ["trigger", "acknowledge", "resolve"]
    assert len({e["dedup_key"] for e in events}) == 1
    assert [link["text"] for link in events[0]["links"]] == ["Investigate", "Incident", "Silence"]


def test_servicenow_creates_updates_and_resolves_one_incident(world: Media) -> None:
    channel = built("servicenow", world.url)
    created = channel.send(NOTICE)
    for one in (replace(RAISED, reference=created.reference), ENDED):
        assert channel.send(one).reference == created.reference, "found by its reference, or by correlation_id"
    (incident,) = world.incidents.values()
    assert (incident["cmdb_ci"], incident["assignment_group"], incident["impact"]) == ("ci0001", "Integration", "1")
    assert (incident["state"], len(incident["notes"])) == ("6", 3)


def test_servicenow_repeats_nothing_whose_outcome_was_unknown(world: Media) -> None:
    channel = built("servicenow", world.url)
    for one in (NOTICE, replace(NOTICE, again=True), RAISED, replace(RAISED, again=True)):
        assert channel.send(one).outcome is Outcome.SENT
    (incident,) = world.incidents.values()
    assert len(incident["notes"]) == 2


def test_servicenow_is_not_asked_to_resolve_what_it_never_got(world: Media) -> None:
    assert built("servicenow", world.url).send(ENDED).outcome is Outcome.SENT
    assert world.incidents == {}


def test_alertmanager_keeps_one_alert_an_incident(world: Media) -> None:
    channel = built("alertmanager", world.url)
    for one in (replace(NOTICE, severity="warning"), RAISED, ENDED):
        channel.send(one)
    opened, raised, ended = (arrival.body for arrival in world.of("alertmanager"))
    assert opened[0]["endsAt"] > opened[0]["startsAt"]
    assert {a["labels"]["severity"] for a in raised if a["endsAt"] == RAISED.decided.isoformat()} == {"warning", "info"}
    assert all(a["endsAt"] <= ENDED.decided.isoformat() for a in ended)


def test_teams_may_hide_an_error_inside_of_a_success(world: Media) -> None:
    from alerts.channels.teams.channel import _INNER

    found = _INNER.search(
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x"
    )
    assert found is not None
    assert found[1] == "429"
