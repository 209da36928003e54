"""An override of a schedule from what somebody asked for, and its early end. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.commands.command import Command
from alerts.on_call.overrides import DutyOverride
from domain.configuration import Configuration

_LONGEST = timedelta(days=90)


def made_of(command: Command, configuration: Configuration, now: datetime) -> DutyOverride:
    """The override asked for; ValueError says what is wrong with it. The same command makes the same override."""
    if configuration.schedule(command.schedule) is None:
        known = ", ".join(one.id for one in configuration.schedules) or "none is configured"
        raise ValueError(f'there is no schedule "{command.schedule}"; there are: {known}')
    for person in filter(None, (command.value or "?", command.instead_of)):
        if configuration.person(person) is None:
            people = ", ".join(sorted(one.id for one in configuration.people))
            raise ValueError(f'"{person}" is nobody of people in the configuration; name one of {people}')
    if command.value == command.instead_of:
        raise ValueError(f'"{command.value}" cannot stand in for the same person')
    start = max(command.starts or now, now)
    if command.until is None or command.until <= start:
        raise ValueError("an override needs an end after its start and after now; say until when")
    if command.until - start > _LONGEST:
        raise ValueError(f"an override lasts at most {_LONGEST.days} days; change the rotation in the configuration for longer")
    name = "override-" + hashlib.sha256(command.command_id.encode()).hexdigest()[:8]
    return DutyOverride(name, command.schedule, command.value, start, command.until, command.actor, now, command.instead_of)


def ended(command: Command, override: DutyOverride | None, now: datetime) -> DutyOverride:
    """The override, over now; ValueError where there is nothing to end."""
    if override is None:
        raise ValueError(f'override "{command.override_id}" does not exist; list them with: supplyscope on-call overrides')
    if override.end <= now:
        raise ValueError(f"it ended at {override.end:%Y-%m-%d %H:%M} UTC already")
    return replace(override, start=min(override.start, now), end=now, ended_by=command.actor)
