"""Reading the record: incidents and what was sent of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.incidents import Incident
from alerts.journal import INCIDENT
from analytics.context import Context
from domain.interval import Interval
from store.query import Query

_INCIDENTS = Query.beside(__file__, "incidents.sql")
_DELIVERIES = Query.beside(__file__, "deliveries.sql")
_HISTORY = Query.beside(__file__, "history.sql")
_NAMED = Query.beside(__file__, "commands/named.sql")
_LONG_AGO, _FAR_AHEAD = datetime.fromisoformat("1970-01-01T00:00:00+00:00"), datetime.fromisoformat("2105-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One message: state owed, sent or dead (given up). sent: when it was accepted, None before. failures: attempts not accepted.

    recipients: whom it was for (empty: the channel's own audience). possible_repeat: an attempt's outcome was never known.
    told_elsewhere: channels told instead, "" where none had to be.
    """

    incident_id: str
    notification_id: str
    channel: str
    state: str
    decided: datetime
    sent: datetime | None
    failures: int
    detail: str
    recipients: tuple[str, ...] = ()
    attempts: int = 0
    possible_repeat: bool = False
    told_elsewhere: str = ""


def incidents(
    context: Context, interval: Interval | None = None, *, open_only: bool = False, limit: int = 500
) -> tuple[Incident, ...]:
    """Incidents that overlap the interval (None: all), newest first. Those that touch only other facilities are left out."""
    between = interval or Interval(_LONG_AGO, _FAR_AHEAD)
    rows = context.store.records(
        _INCIDENTS, start=between.start, end=between.end, open_only=int(open_only), limit=limit, **context.scope.parameters()
    )
    return tuple(INCIDENT.validate_json(row["payload"]) for row in rows)


def incident(context: Context, incident_id: str) -> Incident | None:
    """One incident as it is now; None where there is none, or where it touches only facilities out of scope."""
    rows = context.store.records(_NAMED, incident_ids=[incident_id])
    found = next((INCIDENT.validate_json(row["payload"]) for row in rows), None)
    seen = context.scope.parameters()
    if found is None or seen["all_facilities"] or not found.facility_ids:
        return found
    visible: Any = seen["facilities"]
    return found if {*found.facility_ids}.intersection(visible) else None


def deliveries(
    context: Context, incident_id: str | None = None, limit: int = 500, person: str | None = None
) -> tuple[DeliveryRow, ...]:
    """Messages owed and what became of them, newest first: of an incident, of a person (a mail address), or all."""
    return context.store.rows(_DELIVERIES, DeliveryRow, incident_id=incident_id or "", person=person or "", limit=limit)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event of an incident: kind decision, command, accepted, refused, intent, attempt, sent and the like.

    actor: a person, or scheduler. said: the newest reason, what was asked, why it was refused, or the headline of a message.
    """

    time: datetime
    kind: str
    actor: str
    command_id: str
    channel: str
    epoch: int
    said: str


def history(context: Context, incident_id: str, *, limit: int = 1_000) -> tuple[HistoryRow, ...]:
    """Who did what with one incident, and what was decided and told, oldest first; () where there is none."""
    return context.store.rows(_HISTORY, HistoryRow, incident_id=incident_id, limit=limit)
