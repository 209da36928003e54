"""What the receivers of the alert benchmark took, told apart by contract and by whether it is the news of an opening or of an end."""

from __future__ import annotations

import asyncio
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.media import Answer, Arrival, Media, media
from tests.support.receivers import free_port

_CONTRACT = re.compile(r"\b[KB]-\d+\b")
_TAG = re.compile(r"notification (\w{20})")
LOOKED_UP = ("slack", "servicenow")  # asked for an unknown outcome before anything is sent again
MARKED = ("email", "slack_webhook", "webhook")  # say of themselves that they may be repeats


@dataclass(frozen=True)
class News:
    """One message taken. key: what a receiver that removes doubles would go by. marked: it says that it may be a repeat."""

    medium: str
    contract: str
    over: bool
    key: str
    marked: bool
    at: float


@dataclass
class Receivers:
    """faulty: a tenth each of 429, 500 and no answer at all. told: a message was "taken", or its sender was "answered"."""

    web: Media
    smtp_port: int = 0
    faulty: bool = False
    news: list[News] = field(default_factory=list)
    told: Callable[[str], None] = lambda _: None
    incidents: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, _: str) -> Answer:
        luck = random.random() if self.faulty else 1.0
        if luck < 0.1:
            return Answer(429, (("Retry-After", "1"),))
        return Answer(500) if luck < 0.2 else Answer(stall=luck < 0.25)

    def took(self, arrival: Arrival, moment: str) -> None:
        if moment == "taken":
            with self.lock:
                self.news.append(_READERS[arrival.medium](self, arrival))
        self.told(moment)

    def by_message(self) -> dict[tuple[str, str, bool], list[News]]:
        found: dict[tuple[str, str, bool], list[News]] = defaultdict(list)
        with self.lock:
            for one in self.news:
                found[one.medium, one.contract, one.over].append(one)
        return found

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        if self.faulty and random.random() < 0.15:
            return "451 try again later"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        with self.lock:
            self.news.append(
                News("email", _contract(mail.as_string()), str(mail["Subject"]).startswith("[resolved]"), str(mail["Message-ID"]),
                     mail["X-Supplyscope-Possible-Repeat"] is not None, time.time())
            )  # fmt: skip
        self.told("taken")
        asyncio.get_running_loop().call_later(0.003, self.told, "answered")
        return "250 OK"


def _contract(text: str) -> str:
    found = _CONTRACT.search(text)
    return found[0] if found else "?"


def _of_incident(all: Receivers, incident: str, text: str) -> str:
    """An end may not repeat what it is about: the incident's first message said it."""
    contract = _contract(text)
    if contract != "?":
        all.incidents[incident] = contract
    return all.incidents.get(incident, contract)


def _hook(_: Receivers, a: Arrival) -> News:
    text = str(a.body)
    return News(a.medium, _contract(text), a.body["text"].startswith("resolved"), a.body["text"], "may be a repeat" in text, a.at)


def _slack(_: Receivers, a: Arrival) -> News:
    key = a.body["metadata"]["event_payload"]["notification_id"]
    return News(a.medium, _contract(str(a.body)), a.body["text"].startswith("resolved"), key, False, a.at)


def _webhook(_: Receivers, a: Arrival) -> News:
    marked = "supplyscope-possible-repeat" in a.headers
    return News(a.medium, _contract(str(a.body)), a.body["state"] == "resolved", a.body["id"], marked, a.at)


def _pager(all: Receivers, a: Arrival) -> News:
    over, key = a.body["event_action"] == "resolve", a.body["dedup_key"]
    return News(a.medium, _of_incident(all, key, str(a.body.get("payload", ""))), over, f"{key} {over}", False, a.at)


def _alertmanager(_: Receivers, a: Arrival) -> News:
    alert = a.body[0]
    over, key = "resolved" in alert["annotations"], alert["labels"]["incident"]
    return News(a.medium, _contract(str(alert)), over, f"{key} {over}", False, a.at)


def _servicenow(all: Receivers, a: Arrival) -> News:
    tag = _TAG.search(a.body["work_notes"])
    contract = _of_incident(all, a.body["correlation_id"], str(a.body))
    return News(a.medium, contract, a.body.get("state") == "6", tag[1] if tag else "?", False, a.at)


_READERS: dict[str, Callable[[Receivers, Arrival], News]] = {
    "slack_webhook": _hook, "slack": _slack, "webhook": _webhook, "pagerduty": _pager, "alertmanager": _alertmanager, "servicenow": _servicenow,
}  # fmt: skip


@contextmanager
def receivers() -> Iterator[Receivers]:
    """A real SMTP server and an HTTP receiver of each medium, none of which removes doubles."""
    with media() as web:
        found = Receivers(web, free_port())
        web.behave, web.told = found.answer, found.took
        controller = Controller(found, hostname="127.0.0.1", port=found.smtp_port)
        controller.start()
        try:
            yield found
        finally:
            controller.stop()
