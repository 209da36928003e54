"""alert_events: decisions and the messages they owe in one INSERT, deliveries after. One writer, append only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from alerts.decisions import Decision
from alerts.incidents import Incident, IncidentState
from alerts.notification import TO_JSON, Notification
from analytics.context import Context
from store.query import Query

_OPEN = Query.beside(__file__, "open_incidents.sql")
_ENDED = Query.beside(__file__, "ended_lately.sql")
INCIDENT: TypeAdapter[Incident] = TypeAdapter(Incident)
_ACTOR = "scheduler"


class Journal:
    """The scheduler's record of what it decided and did. What it read and wrote it remembers: it is the only writer."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._open: dict[str, Incident] | None = None
        self._ended: dict[str, Incident] = {}
        self.epoch = 0

    def open_incidents(self) -> tuple[Incident, ...]:
        """Incidents whose newest decision left them open; read from the record once."""
        if self._open is None:
            self._open = {incident.incident_id: incident for incident in self._read(_OPEN)}
            ended = self._read(_ENDED, since=self._context.now - self._kept())
            self._ended = {incident.incident_id: incident for incident in ended}
        return tuple(self._open.values())

    def ended_lately(self) -> tuple[Incident, ...]:
        """Incidents that ended within the time in which flapping is judged, and those that somebody resolved while they lasted."""
        oldest = self._context.now - self._kept()
        kept = {name: i for name, i in self._ended.items() if i.conditions or (i.resolved and i.resolved >= oldest)}
        self._ended = kept
        return tuple(kept.values())

    def forget(self) -> None:
        """Read the record again at the next question: after an error, or when another scheduler may have written."""
        self._open = None

    def _kept(self) -> timedelta:
        return self._context.configuration.alerting.flapping.within

    def _read(self, query: Query, **given: Any) -> tuple[Incident, ...]:
        return tuple(INCIDENT.validate_json(row["payload"]) for row in self._context.store.records(query, **given))

    def _remember(self, incidents: Sequence[Incident]) -> None:
        if self._open is None:
            return
        for incident in incidents:
            if incident.state is IncidentState.OPEN:
                self._open[incident.incident_id] = incident
                self._ended.pop(incident.incident_id, None)
            else:
                self._open.pop(incident.incident_id, None)
                self._ended[incident.incident_id] = incident

    def record(
        self, decisions: Sequence[tuple[Decision, Sequence[Notification]]], at: datetime, also: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Decisions with the messages they owe, all or none: a crash can neither lose nor invent one. also: rows of commands."""
        rows = [_row(at, n, "", "") | given for n, given in enumerate(also)]
        recorded: list[Incident] = []
        counted: dict[str, int] = {}
        for decision, owed in decisions:
            name = decision.incident.incident_id
            counted[name] = counted.get(name, decision.incident.notifications) + len(owed)
            incident = replace(decision.incident, notifications=counted[name], epoch=self.epoch)
            recorded.append(incident)
            rows.append(_row(at, len(rows), "decision", incident.incident_id, payload=INCIDENT.dump_json(incident).decode()))
            for notification in owed:
                payload = TO_JSON.dump_json(notification).decode()
                row = _row(
                    at, len(rows), "intent", incident.incident_id, notification.notification_id, notification.channel, payload
                )
                rows.append(row | {"recipients": list(notification.recipients)})
        # Every row of an INSERT has the same columns.
        self._context.store.insert("alert_events", [{"reference": "", "epoch": self.epoch} | row for row in rows])
        self._remember(recorded)


def _row(
    at: datetime, place: int, kind: str, incident_id: str, notification_id: str = "", channel: str = "", payload: str = ""
) -> dict[str, Any]:
    """`place` keeps the order of rows recorded in one moment."""
    return {
        "time": at + timedelta(microseconds=place),
        "kind": kind,
        "incident_id": incident_id,
        "notification_id": notification_id,
        "channel": channel,
        "actor": _ACTOR,
        "payload": payload,
        "recipients": [],
    }
