"""What becomes of a command: a decision, a silence, an override, a remark, or a refusal that says what to do instead. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alerts.commands import overriding, silencing
from alerts.commands.command import Action, Command, Source
from alerts.commands.targets import in_place, with_address
from alerts.decisions import Decision, Kind
from alerts.incidents import Incident, IncidentState, said
from alerts.on_call.overrides import DutyOverride
from alerts.routing import Target, told
from alerts.silences import Silence
from domain.configuration import Configuration

_LONGEST_SNOOZE = timedelta(days=30)


@dataclass
class Standing:
    """What commands are decided on; each accepted one changes it. incidents: those that are named, open or not."""

    configuration: Configuration
    now: datetime
    incidents: dict[str, Incident]
    silences: dict[str, Silence] = field(default_factory=dict)
    overrides: dict[str, DutyOverride] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """said: what was done, in words. decision, silence, override: None where nothing changes."""

    said: str
    decision: Decision | None = None
    silence: Silence | None = None
    override: DutyOverride | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was done, and what to do instead."""

    reason: str


def decide(command: Command, standing: Standing) -> Accepted | Refused:
    """What becomes of `command`; an accepted one is already part of `standing`."""
    try:
        _known(command, standing)
        done = _ACTIONS[command.action](command, standing)
    except ValueError as error:
        return Refused(str(error))
    if done.decision is not None:
        standing.incidents[done.decision.incident.incident_id] = done.decision.incident
    if done.silence is not None:
        standing.silences[done.silence.silence_id] = done.silence
    if done.override is not None:
        standing.overrides[done.override.override_id] = done.override
    return done


def _known(command: Command, standing: Standing) -> None:
    if not command.actor or (command.source is not Source.SLACK and standing.configuration.person(command.actor) is None):
        people = ", ".join(sorted(person.id for person in standing.configuration.people)) or "nobody: people is empty"
        raise ValueError(f'"{command.actor}" is nobody of people in the configuration; act as one of {people}')


def _acknowledge(command: Command, standing: Standing) -> Accepted:
    incident = _open(command, standing)
    if incident.acknowledged is not None:
        who = _name(incident.acknowledged_by, standing)
        raise ValueError(f"{who} has acknowledged it at {_at(incident.acknowledged)}; to take it over, reassign it")
    changed = replace(incident, acknowledged=standing.now, acknowledged_by=command.actor, snoozed_until=None)
    return _decided(
        Kind.ACKNOWLEDGED, changed, f"acknowledged by {_who(command, standing)}", in_place(changed, standing.configuration)
    )


def _unacknowledge(command: Command, standing: Standing) -> Accepted:
    incident = _open(command, standing)
    if incident.acknowledged is None and not _snoozed(incident, standing):
        raise ValueError("nobody has acknowledged or snoozed it")
    changed = replace(incident, acknowledged=None, acknowledged_by="", snoozed_until=None)
    return _decided(
        Kind.UNACKNOWLEDGED, changed, f"given back by {_who(command, standing)}", in_place(changed, standing.configuration)
    )


def _snooze(command: Command, standing: Standing) -> Accepted:
    incident = _open(command, standing)
    until = command.until
    if until is None or not standing.now < until <= standing.now + _LONGEST_SNOOZE:
        raise ValueError(f"it can be snoozed until a time within {_LONGEST_SNOOZE.days} days from now; say until when")
    changed = replace(incident, snoozed_until=until)
    words = f"snoozed until {_at(until)} by {_who(command, standing)}"
    return _decided(Kind.SNOOZED, changed, words, in_place(changed, standing.configuration))


def _resolve(command: Command, standing: Standing) -> Accepted:
    incident = _open(command, standing)
    changed = replace(incident, state=IncidentState.RESOLVED, resolved=standing.now, clear_since=None)
    words = f"resolved by {_who(command, standing)}" + (f": {command.value}" if command.value else "")
    return _decided(Kind.RESOLVED, changed, words, told(changed))


def _reassign(command: Command, standing: Standing) -> Accepted:
    incident = _open(command, standing)
    person = standing.configuration.person(command.value)
    if person is None:
        people = ", ".join(sorted(person.id for person in standing.configuration.people))
        raise ValueError(f'"{command.value}" is nobody of people in the configuration; reassign to one of {people}')
    if incident.assignee == person.id:
        raise ValueError(f"it is {person.name}'s already")
    targets = with_address(incident, person.email, standing.configuration)
    words = f"reassigned to {person.name} by {_who(command, standing)}"
    known = {f"{t.channel}|{r}" for t in targets for r in t.recipients}
    changed = replace(incident, assignee=person.id, told=tuple(sorted({*incident.told, *known})))
    return _decided(Kind.REASSIGNED, changed, words, targets)


def _comment(command: Command, standing: Standing) -> Accepted:
    _named(command, standing)
    if not command.value:
        raise ValueError("a comment has at least one character")
    return Accepted(f"{_who(command, standing)}: {command.value}")


def _silence(command: Command, standing: Standing) -> Accepted:
    incident = _open(command, standing) if command.incident_id else None
    made = silencing.made_of(command, incident, standing.now)
    covered = f"incident {command.incident_id}" if incident and not made.matchers else ", ".join(made.matchers)
    words = f"{made.silence_id} by {_who(command, standing)} until {_at(made.ends)} for {covered}"
    if incident is None:
        return Accepted(words, silence=made)
    changed = replace(incident, reasons=said(incident.reasons, f"silence {words}"))
    return Accepted(words, Decision(Kind.HELD, changed, f"silence {words}"), made)


def _expire(command: Command, standing: Standing) -> Accepted:
    ended = silencing.ended(command, standing.silences.get(command.silence_id), standing.now)
    return Accepted(f"{ended.silence_id} ended by {_who(command, standing)}", silence=ended)


def _override(command: Command, standing: Standing) -> Accepted:
    made = overriding.made_of(command, standing.configuration, standing.now)
    instead = f" instead of {_name(made.instead_of, standing)}" if made.instead_of else ""
    words = (
        f"{made.override_id} by {_who(command, standing)}: {_name(made.person, standing)} is on call in {made.schedule}{instead}"
    )
    return Accepted(f"{words} from {_at(made.start)} until {_at(made.end)}", override=made)


def _end_override(command: Command, standing: Standing) -> Accepted:
    ended = overriding.ended(command, standing.overrides.get(command.override_id), standing.now)
    return Accepted(f"{ended.override_id} of {ended.schedule} ended by {_who(command, standing)}", override=ended)


_ACTIONS: dict[Action, Callable[[Command, Standing], Accepted]] = {
    Action.ACKNOWLEDGE: _acknowledge,
    Action.UNACKNOWLEDGE: _unacknowledge,
    Action.SNOOZE: _snooze,
    Action.RESOLVE: _resolve,
    Action.REASSIGN: _reassign,
    Action.COMMENT: _comment,
    Action.SILENCE: _silence,
    Action.EXPIRE_SILENCE: _expire,
    Action.OVERRIDE: _override,
    Action.END_OVERRIDE: _end_override,
}


def _named(command: Command, standing: Standing) -> Incident:
    found = standing.incidents.get(command.incident_id)
    if found is None:
        raise ValueError(f'incident "{command.incident_id}" does not exist; list them with: supplyscope incidents list')
    return found


def _open(command: Command, standing: Standing) -> Incident:
    incident = _named(command, standing)
    if incident.merged_into:
        raise ValueError(f"it became part of incident {incident.merged_into}; ask for that one")
    if incident.state is not IncidentState.OPEN:
        when = f" at {_at(incident.resolved)}" if incident.resolved else ""
        raise ValueError(f"it was resolved{when}; it opens again when there is newer evidence")
    return incident


def _decided(kind: Kind, incident: Incident, words: str, targets: tuple[Target, ...]) -> Accepted:
    """The reason is what a message says; the incident keeps it in its history of reasons."""
    incident = replace(incident, reasons=said(incident.reasons, words))
    return Accepted(words, Decision(kind, incident, words, targets, bool(targets)))


def _snoozed(incident: Incident, standing: Standing) -> bool:
    return incident.snoozed_until is not None and standing.now < incident.snoozed_until


def _who(command: Command, standing: Standing) -> str:
    name = _name(command.actor, standing)
    return f"{name} (in Slack)" if command.source is Source.SLACK else name


def _name(actor: str, standing: Standing) -> str:
    person = standing.configuration.person(actor)
    return person.name if person else actor


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
