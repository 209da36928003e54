"""Attempts and what came of them, in alert_events: before each send, and after it. One writer, the scheduler's process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.channels.channel import Delivery, Outcome
from alerts.delivery.rules import Owed, asked_to_wait
from alerts.notification import TO_JSON, Notification
from analytics.context import Context
from store.query import Query

_OWED = Query.beside(__file__, "owed.sql")
_REFERENCE = Query.beside(__file__, "reference.sql")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_BEFORE = timedelta(hours=1)
_ACTOR = "scheduler"


class DeliveryRecord:
    """What is owed is asked of the record, never remembered: after a crash the answer is the same."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._since = _LONG_AGO
        self.epoch = 0

    def owed(self, channel: str = "") -> tuple[Owed, ...]:
        """Messages neither sent nor given up ("": of every channel), oldest first. Only what can hold one is read."""
        rows = self._context.store.records(_OWED, since=self._since, channel=channel)
        if not channel:
            oldest = min((row["decided_at"] for row in rows), default=self._context.now)
            self._since = min(oldest, self._context.now) - _BEFORE
        return tuple(_owed(row) for row in rows)

    def reference(self, notification: Notification) -> str:
        """By what the channel's medium knows the incident, "" where it was not told yet."""
        found = self._context.store.value(_REFERENCE, incident_id=notification.incident_id, channel=notification.channel)
        return str(found or "")

    def begin(self, notification: Notification, attempt: int) -> None:
        """Before a send: after a crash this tells that the outcome is unknown."""
        self._insert([_row(notification, "attempt", self._context.now, attempt)])

    def end(self, rows: Sequence[dict[str, Any]]) -> None:
        """The rows of `ended`, and of messages owed elsewhere instead: all or none."""
        self._insert(rows)

    def ended(
        self,
        notification: Notification,
        attempt: int,
        delivery: Delivery,
        *,
        dead: bool,
        elsewhere: Sequence[Notification],
        alarmed: bool,
    ) -> list[dict[str, Any]]:
        """What came of one attempt. dead: it will not be tried again. alarmed: others are told now, through `elsewhere` where that can be."""
        now = self._context.now
        kind = "sent" if delivery.outcome is Outcome.SENT else "dead" if dead else _KINDS[delivery.outcome]
        rows = [_row(notification, kind, now, attempt, delivery.detail, delivery.reference, asked_to_wait(delivery, now))]
        if alarmed:
            told = ", ".join(sorted({one.channel for one in elsewhere})) or "nobody: no other channel is left"
            rows.append(_row(notification, "alarmed", now, attempt, told))
        rows += [_row(one, "intent", now, 0, TO_JSON.dump_json(one).decode()) for one in elsewhere]
        return [row | {"time": now + timedelta(microseconds=n)} for n, row in enumerate(rows)]

    def _insert(self, rows: Sequence[dict[str, Any]]) -> None:
        self._context.store.insert("alert_events", [row | {"epoch": self.epoch} for row in rows])


_KINDS = {Outcome.RETRY: "failed", Outcome.UNKNOWN: "unknown", Outcome.REFUSED: "dead"}


def _owed(row: dict[str, Any]) -> Owed:
    return Owed(
        TO_JSON.validate_json(row["message"]), row["attempts"], row["failures"], bool(row["cut_off"]), bool(row["doubtful"]),
        row["first"], row["last"], row["wait_until"], bool(row["alarmed"]),
    )  # fmt: skip


def _row(
    notification: Notification,
    kind: str,
    at: datetime,
    attempt: int,
    payload: str = "",
    reference: str = "",
    not_before: datetime | None = None,
) -> dict[str, Any]:
    return {
        "time": at,
        "kind": kind,
        "incident_id": notification.incident_id,
        "notification_id": notification.notification_id,
        "channel": notification.channel,
        "actor": _ACTOR,
        "payload": payload.encode("utf-8", "replace").decode(),  # a receiver may answer anything
        "attempt": attempt,
        "recipients": list(notification.recipients),
        "reference": reference,
        "not_before": not_before or _LONG_AGO,
    }
