"""Buttons pressed in Slack: checked, and read as what somebody asks for. Nothing is decided here."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import Clock, SignatureVerifier

from alerts.channels.slack.message import ACTIONS


class NotFromSlack(Exception):
    """The request is not signed by Slack, or not lately: nothing in it may be believed."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """action: one of ACTIONS. who: Slack's name of the person, and `user` its id, by which they are looked up. press: the same for a request that Slack repeats."""

    action: str
    incident_id: str
    user: str
    who: str
    press: str = ""


class _At(Clock):
    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return self._seconds()


def checked(
    signing_secret: str, headers: Mapping[str, str], body: bytes, seconds: Callable[[], float] = time.time
) -> tuple[Pressed, ...]:
    """What a request to the interactivity URL asks for; NotFromSlack unless its v0 HMAC holds and is younger than five minutes."""
    lower = {name.lower(): value for name, value in headers.items()}
    timestamp, signature = lower.get("x-slack-request-timestamp", ""), lower.get("x-slack-signature", "")
    verifier = SignatureVerifier(signing_secret, _At(seconds))
    try:
        text = body.decode()
        valid = timestamp.isdecimal() and verifier.is_valid(text, timestamp, signature)
    except ValueError:
        valid = False
    if not valid:
        raise NotFromSlack("the signature does not hold, or is older than five minutes")
    try:
        (payload,) = parse_qs(text, strict_parsing=True)["payload"]
        return pressed(json.loads(payload))
    except (ValueError, KeyError):
        return ()


def pressed(payload: Mapping[str, Any]) -> tuple[Pressed, ...]:
    """Our buttons among the actions of an interaction; links and other apps' ids are nothing to us."""
    if payload.get("type") != "block_actions":
        return ()
    user = payload.get("user") or {}
    who = str(user.get("username") or user.get("name") or user.get("id", ""))
    return tuple(
        Pressed(str(action["action_id"]), str(action["value"]), str(user.get("id", "")), who, str(payload.get("trigger_id", "")))
        for action in payload.get("actions", ())
        if action.get("action_id") in ACTIONS and action.get("value")
    )
