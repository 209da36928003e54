""" "Supplyscope is blind": told straight from the configuration while the store is away, kept in a local journal, recorded on return."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from alerts.channels.channel import Channel, Outcome
from alerts.notification import TO_JSON, Notification
from analytics.context import Context
from domain.configuration import Configuration

log = structlog.get_logger("alerts")
_AGAIN = timedelta(minutes=1)


class Blind:
    """One per process; not for several threads. journal None: in memory only, as the store is then."""

    def __init__(self, journal: Path | None) -> None:
        self._journal = journal
        self._lines: list[dict[str, Any]] = []
        if journal is not None and journal.exists():  # A process that was killed while it was blind goes on.
            self._lines = [found for line in journal.read_text(encoding="utf-8").splitlines() if (found := _read(line))]

    def away(self, context: Context, channels: Mapping[str, Channel]) -> int:
        """The store does not answer now; returns how many messages went out. Each is journalled before and after its send."""
        now = context.now
        if not self._lines:
            self._write({"kind": "away", "at": now.isoformat()})
        since = datetime.fromisoformat(self._lines[0]["at"])
        if now - since < context.configuration.alerting.blind_after:
            return 0
        return sum(self._tell(channel, since, context.configuration, now) for channel in channels.values())

    def back(self, context: Context, channels: Mapping[str, Channel], epoch: int) -> None:
        """The store answers: record what was told, and owe those who were told the end of it, in one INSERT. Nothing to do when it
        was not away."""
        if not self._lines:
            return
        since, now = datetime.fromisoformat(self._lines[0]["at"]), context.now
        told = [line for line in self._lines if "message" in line]
        rows = [_row(line["kind"], line["at"], line["message"], line.get("detail", ""), epoch) for line in told]
        for name in dict.fromkeys(line["message"]["channel"] for line in told if line["kind"] == "sent"):
            over = _message(channels[name], since, context.configuration, now, over=True) if name in channels else None
            if over is not None:
                rows.append(_row("intent", now.isoformat(), TO_JSON.dump_python(over, mode="json"), "", epoch))
        if rows:
            context.store.insert("alert_events", rows, token=f"{_id(since)}-{len(rows)}")
        log.info("the store answers again", since=since.isoformat(), told=len(told))
        self._lines.clear()
        if self._journal is not None:
            self._journal.unlink(missing_ok=True)

    def _tell(self, channel: Channel, since: datetime, configuration: Configuration, now: datetime) -> bool:
        mine = [line for line in self._lines if line.get("message", {}).get("channel") == channel.id]
        last = mine[-1] if mine else None
        if last and (last["kind"] in ("sent", "dead") or now - datetime.fromisoformat(last["at"]) < _AGAIN):
            return False
        message = _message(channel, since, configuration, now, over=False)
        if message is None:
            return False
        plain = TO_JSON.dump_python(message, mode="json")
        if not mine:
            self._write({"kind": "intent", "at": now.isoformat(), "message": plain})
        self._write({"kind": "attempt", "at": now.isoformat(), "message": plain})
        delivery = channel.send(message)
        kind = {Outcome.SENT: "sent", Outcome.REFUSED: "dead"}.get(delivery.outcome, "failed")
        self._write({"kind": kind, "at": now.isoformat(), "message": plain, "detail": delivery.detail})
        log.warning("Supplyscope is blind", channel=channel.id, outcome=kind, since=since.isoformat())
        return delivery.outcome is Outcome.SENT

    def _write(self, line: dict[str, Any]) -> None:
        self._lines.append(line)
        if self._journal is None:
            return
        self._journal.parent.mkdir(parents=True, exist_ok=True)
        with self._journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _read(line: str) -> dict[str, Any] | None:
    """None: a line that a crash cut off."""
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return found


def _id(since: datetime) -> str:
    return f"blind-{since:%Y%m%dT%H%M%S}"


def _message(
    channel: Channel, since: datetime, configuration: Configuration, now: datetime, *, over: bool
) -> Notification | None:
    """The same outage and channel always give the same message id. None: the medium speaks to persons, and none is known for it."""
    named = [name for route in configuration.routes if channel.id in route.channels for name in route.to]
    people = (configuration.person(name) for name in named or [person.id for person in configuration.people])
    recipients = tuple(dict.fromkeys(person.email for person in people if person and person.email))
    if channel.terms.per_person and not recipients:
        return None
    minutes = int((now - since).total_seconds() // 60)
    headline = f"Supplyscope sees again after {minutes} minutes" if over else "Supplyscope is blind: its store does not answer"
    remedy = "" if over else "Nothing is judged meanwhile; collectors keep what comes in. Bring ClickHouse or its disk back."
    return Notification(
        notification_id=hashlib.sha256(f"{_id(since)}|{channel.id}|{over}".encode()).hexdigest()[:20],
        incident_id=_id(since),
        channel=channel.id,
        kind="resolved" if over else "opened",
        resolved=over,
        severity="critical",
        headline=headline,
        facts=(("Since", f"{since:%Y-%m-%d %H:%M} UTC"), *((("Remedy", remedy),) if remedy else ())),
        links=(("Incident", f"{configuration.organisation.public_url.rstrip('/')}/it"),),
        recipients=recipients,
        decided=now,
        organisation=configuration.organisation.name,
        state="resolved" if over else "open",
        title="Supplyscope is blind",
        since=since,
        ended=now if over else None,
        reason="the store does not answer",
    )


def _row(kind: str, at: str, message: dict[str, Any], detail: str, epoch: int) -> dict[str, Any]:
    return {
        "time": datetime.fromisoformat(at), "kind": kind, "incident_id": message["incident_id"], "epoch": epoch, "actor": "scheduler",
        "notification_id": message["notification_id"], "channel": message["channel"], "recipients": list(message["recipients"]),
        "payload": json.dumps(message) if kind == "intent" else detail, "attempt": int(kind != "intent"),
    }  # fmt: skip
