"""Buttons: over HTTP with a signature, over Socket Mode through a real WebSocket; forged, old and foreign requests do nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlencode

import pytest
from websockets.sync.server import ServerConnection, serve

from alerts import commands, pressing
from alerts.channels.network import Network
from alerts.channels.slack.interactive import NotFromSlack, Pressed, checked, pressed
from alerts.channels.slack.socket_mode import SocketMode
from analytics.context import Context
from domain.landscape import Person
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
    acknowledged: list[str] = []
    arrived = threading.Event()

    def slack(connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello"}))
        connection.send(
            json.dumps({"type": "interactive", "envelope_id": "e-1", "payload": PRESS, "accepts_response_payload": True})
        )
        acknowledged.append(json.loads(connection.recv(5))["envelope_id"])
        arrived.set()
        while not closed.wait(0.05):
            pass

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Authorization"] == "Bearer xapp-test"
            answer = json.dumps({"ok": True, "url": f"ws://127.0.0.1:{port}/link"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    closed = threading.Event()
    with serve(slack, "127.0.0.1", 0) as websocket, HTTPServer(("127.0.0.1", 0), Api) as api:
        port = websocket.socket.getsockname()[1]
        threads = [threading.Thread(target=one.serve_forever, daemon=True) for one in (websocket, api)]
        for thread in threads:
            thread.start()
        listening = SocketMode("xapp-test", f"http://127.0.0.1:{api.server_port}/", Network(5.0), taken.append)
        listening.start()
        assert arrived.wait(10)
        until = time.monotonic() + 5
        while not taken and time.monotonic() < until:
            time.sleep(0.01)
        closed.set()
        listening.stop()
        api.shutdown()
    assert (tuple(taken), acknowledged) == (ASKED, ["e-1"])


def test_a_press_becomes_a_command_of_the_person_once(context: Context) -> None:
    people = [{"id": "dana", "name": "Dana", "slack": "U1"}]
    ours = replace(context, configuration=small_network().model_copy(update={"people": (Person.model_validate(people[0]),)}))
    (press,) = pressed({**PRESS, "trigger_id": "t-1"})
    assert pressing.ask(ours, press) == pressing.ask(ours, press)
    stranger = replace(press, user="U9", who="stranger", action="snooze", press="")
    asked = [pressing.ask(ours, press), pressing.ask(ours, stranger)]
    found = {o.command_id: (o.action, o.actor, o.outcome) for o in commands.outcomes(ours, asked)}
    assert sorted(found.values()) == [("acknowledge", "dana", "pending"), ("snooze", "stranger", "pending")]
