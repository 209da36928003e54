"""Buttons: over HTTP with a signature, over Socket Mode through a real WebSocket; forged, old and foreign requests do nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from alerts import commands, pressing
from alerts.channels.network import Network
from alerts.channels.slack.interactive import NotFromSlack, Pressed, checked, pressed
from alerts.channels.slack.socket_mode import SocketMode
from analytics.context import Context
from domain.landscape import Person
from tests.alerts_channels.slack_far_side import SlackFarSide, seen
from tests.support.network import small_network

_SECRET, _AT = "8f742231b10e8888abcd99yyyzzz85a5", 1_763_564_400.0
PRESS = {
    "type": "block_actions", "user": {"id": "U1", "username": "dana"},
    "actions": [{"action_id": "link_0"}, {"action_id": "acknowledge", "value": "I-1"}, {"action_id": "other-app", "value": "I-2"}],
}  # fmt: skip
ASKED = (Pressed("acknowledge", "I-1", "U1", "dana"),)


def signed(body: bytes, at: float = _AT, secret: str = _SECRET) -> dict[str, str]:
    """As Slack's documentation works it out."""
    base = f"v0:{int(at)}:".encode() + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(int(at)), "X-Slack-Signature": f"v0={digest}"}


BODY = urlencode({"payload": json.dumps(PRESS)}).encode()


def test_a_signed_press_is_read() -> None:
    assert checked(_SECRET, signed(BODY), BODY, lambda: _AT + 10) == ASKED


@pytest.mark.parametrize(
    ("headers", "body", "at"),
    [
        (signed(BODY), BODY + b"x", _AT),
        (signed(b"\xff\xfe"), b"\xff\xfe", _AT),
        (signed(BODY, secret="another"), BODY, _AT),
        (signed(BODY), BODY, _AT + 301),
        (signed(BODY), BODY, _AT - 301),
        ({}, BODY, _AT),
        ({**signed(BODY), "X-Slack-Request-Timestamp": "soon"}, BODY, _AT),
    ],
)  # fmt: skip
def test_what_slack_did_not_sign_lately_is_refused(headers: dict[str, str], body: bytes, at: float) -> None:
    with pytest.raises(NotFromSlack):
        checked(_SECRET, headers, body, lambda: at)


@pytest.mark.parametrize("body", [b"", b"payload=nonsense", urlencode({"payload": '{"type": "view_submission"}'}).encode()])
def test_a_signed_request_of_another_kind_asks_for_nothing(body: bytes) -> None:
    assert checked(_SECRET, signed(body), body, lambda: _AT) == ()


def test_a_press_comes_through_a_real_websocket_and_is_acknowledged_at_once() -> None:
    taken: list[Pressed] = []
    with SlackFarSide(PRESS) as slack:
        link = SocketMode("xapp-test", slack.url, Network(5.0), taken.append)
        link.keep()
        seen(lambda: taken and slack.acknowledged)
        link.stop()
    assert (tuple(taken), slack.acknowledged, slack.tokens) == (ASKED, ["e-1"], ["xapp-test"])


def test_a_press_becomes_a_command_of_the_person_once(context: Context) -> None:
    people = [{"id": "dana", "name": "Dana", "slack": "U1"}]
    ours = replace(context, configuration=small_network().model_copy(update={"people": (Person.model_validate(people[0]),)}))
    (press,) = pressed({**PRESS, "trigger_id": "t-1"})
    assert pressing.ask(ours, press) == pressing.ask(ours, press)
    stranger = replace(press, user="U9", who="stranger", action="snooze", press="")
    asked = [pressing.ask(ours, press), pressing.ask(ours, stranger)]
    found = {o.command_id: (o.action, o.actor, o.outcome) for o in commands.outcomes(ours, asked)}
    assert sorted(found.values()) == [("acknowledge", "dana", "pending"), ("snooze", "stranger", "pending")]
