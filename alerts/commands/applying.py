"""The scheduler's turn: pending commands become decisions, silences, overrides or refusals, recorded in one INSERT with what they owe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alerts import silences
from alerts.commands.command import TO_JSON, Command
from alerts.commands.deciding import Accepted, Refused, Standing, decide
from alerts.decisions import Decision
from alerts.incidents import Incident, IncidentState
from alerts.journal import INCIDENT
from alerts.on_call import overrides
from analytics.context import Context
from store.query import Query

_PENDING = Query.beside(__file__, "pending.sql")
_NAMED = Query.beside(__file__, "named.sql")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Applied:
    """incidents, ended: as the commands leave what was given. rows: outcomes, silences and overrides, to be recorded with the decisions."""

    incidents: tuple[Incident, ...]
    ended: tuple[Incident, ...]
    decisions: tuple[Decision, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()


def apply(context: Context, incidents: Sequence[Incident], ended: Sequence[Incident], now: datetime) -> Applied:
    """Decide every pending command, in the order they were asked.

    Nothing is written: a round that is killed before its INSERT makes the same decisions again, after it there is nothing to do.
    """
    pending = context.store.records(_PENDING, limit=_AT_ONCE)
    if not pending:
        return Applied(tuple(incidents), tuple(ended))
    commands = [replace(TO_JSON.validate_json(row["payload"]), command_id=row["command_id"]) for row in pending]
    standing = _standing(context, commands, (*incidents, *ended), now)
    decisions: list[Decision] = []
    rows: list[dict[str, Any]] = []
    for command in commands:
        done = decide(command, standing)
        rows += _rows(command, done)
        if isinstance(done, Accepted) and done.decision is not None:
            decisions.append(done.decision)
    changed = {decision.incident.incident_id: decision.incident for decision in decisions}
    after = [changed.get(incident.incident_id, incident) for incident in incidents]
    over = [incident for incident in after if incident.state is IncidentState.RESOLVED]
    still = [incident for incident in after if incident.state is IncidentState.OPEN]
    return Applied(tuple(still), (*ended, *over), tuple(decisions), tuple(rows))


def _standing(context: Context, commands: Sequence[Command], known: Sequence[Incident], now: datetime) -> Standing:
    silenced = {silence.silence_id: silence for silence in silences.silences(context, ended=True, limit=10_000)}
    overridden = {override.override_id: override for override in overrides.overrides(context, ended=True)}
    return Standing(context.configuration, now, _named(context, commands, known), silenced, overridden)


def _named(context: Context, commands: Sequence[Command], known: Sequence[Incident]) -> dict[str, Incident]:
    """Incidents that commands name: those of the round, others from the record."""
    wanted = {command.incident_id for command in commands if command.incident_id}
    found = {incident.incident_id: incident for incident in known if incident.incident_id in wanted}
    if missing := sorted(wanted - set(found)):
        read = (INCIDENT.validate_json(row["payload"]) for row in context.store.records(_NAMED, incident_ids=missing))
        found |= {incident.incident_id: incident for incident in read}
    return found


def _rows(command: Command, done: Accepted | Refused) -> list[dict[str, Any]]:
    """What is recorded of a command; time, place and epoch are the journal's."""
    words = done.said if isinstance(done, Accepted) else done.reason
    kind = "accepted" if isinstance(done, Accepted) else "refused"
    rows = [
        {"kind": kind, "incident_id": command.about, "actor": command.actor, "reference": command.command_id, "payload": words}
    ]
    if isinstance(done, Accepted) and done.silence is not None:
        made = silences.TO_JSON.dump_json(done.silence).decode()
        rows.append({"kind": "silence", "incident_id": done.silence.silence_id, "actor": command.actor, "payload": made})
    if isinstance(done, Accepted) and done.override is not None:
        made = overrides.TO_JSON.dump_json(done.override).decode()
        rows.append({"kind": "override", "incident_id": done.override.override_id, "actor": command.actor, "payload": made})
    return rows
