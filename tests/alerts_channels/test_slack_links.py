"""Links to Slack follow the configuration in force, and a Slack that is away is tried again."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest

from analytics.context import Context
from domain.channels import SlackBot
from domain.landscape import Person
from server.slack_sockets import SlackSockets
from store.query import Query
from tests.alerts_channels.slack_far_side import SlackFarSide, seen
from tests.support.network import small_network

_ASKED = Query("asked", "SELECT count() FROM alert_events WHERE kind = 'command' AND incident_id = 'I-1' AND actor = 'dana'")
_PRESS = {
    "type": "block_actions", "trigger_id": "t-1", "user": {"id": "U1", "username": "dana"},
    "actions": [{"action_id": "acknowledge", "value": "I-1"}],
}  # fmt: skip


def _bot(url: str, **given: Any) -> SlackBot:
    told = {"id": "slack", "kind": "slack", "token": {"env": "TEST_BOT"}, "channel": "C1", "app_token": {"env": "TEST_APP"}}
    return SlackBot.model_validate({**told, "api_url": url, **given})


def _with(context: Context, *channels: SlackBot) -> Context:
    dana = Person.model_validate({"id": "dana", "name": "Dana", "slack": "U1"})
    return replace(context, configuration=small_network().model_copy(update={"people": (dana,), "channels": channels}))


def test_links_follow_the_configuration_in_force(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_APP", "xapp-1")
    with SlackFarSide(_PRESS) as slack:
        live = _with(context, _bot(slack.url))
        links = SlackSockets(lambda: live)
        links.keep()
        seen(lambda: slack.open == 1 and context.store.value(_ASKED))
        links.keep()
        assert slack.tokens == ["xapp-1"]  # what is as asked for stays

        live = _with(context, _bot(slack.url, app_token={"env": "TEST_OTHER"}))
        links.keep()  # its variable is not set: the old link is not what is asked for any more
        seen(lambda: slack.open == 0)
        monkeypatch.setenv("TEST_OTHER", "xapp-2")
        links.keep()
        seen(lambda: slack.open == 1)
        assert slack.tokens == ["xapp-1", "xapp-2"]

        live = _with(context)
        links.keep()
        seen(lambda: slack.open == 0)
        links.stop()


def test_a_slack_that_is_away_is_tried_again(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_APP", "xapp-1")
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    live = _with(context, _bot(f"http://127.0.0.1:{port}/"))
    links = SlackSockets(lambda: live)
    links.keep()
    with SlackFarSide(_PRESS, port) as slack:
        links.keep()
        seen(lambda: slack.open == 1)
        links.stop()
        links.stop()
        seen(lambda: slack.open == 0)
