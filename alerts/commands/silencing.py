"""A silence from what somebody asked for, and its early end. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.commands.command import Command
from alerts.incidents import Incident
from alerts.silences import Silence, rules
from domain.matchers import all_match

_LONGEST = timedelta(days=90)


def made_of(command: Command, incident: Incident | None, now: datetime) -> Silence:
    """The silence asked for; ValueError says what is wrong with it. The same command makes the same silence."""
    starts = max(command.starts or now, now)
    if command.until is None or command.until <= starts:
        raise ValueError("a silence needs an end after its start and after now; say until when")
    if command.until - starts > _LONGEST:
        raise ValueError(f"a silence lasts at most {_LONGEST.days} days; end it earlier, and renew it when it is still wanted")
    silence = Silence(
        silence_id="silence-" + hashlib.sha256(command.command_id.encode()).hexdigest()[:8],
        starts=starts,
        ends=command.until,
        by=command.actor,
        comment=command.value,
        created=now,
        matchers=command.matchers,
    )
    if command.matchers:
        if all_match(rules(command.matchers), {}):
            raise ValueError("these matchers are like every alert; name at least one label and a value it must have")
        return silence
    if incident is None:
        raise ValueError('a silence needs matchers, for example interface="erp-price-load", or an incident')
    return replace(
        silence,
        incident_id=incident.incident_id,
        subjects=(incident.subject, *(name for name in incident.about if name != incident.subject)),
        conditions=incident.conditions,
        group=incident.group,
    )


def ended(command: Command, silence: Silence | None, now: datetime) -> Silence:
    """The silence, over now; ValueError where there is nothing to end."""
    if silence is None:
        raise ValueError(f'silence "{command.silence_id}" does not exist; list them with: supplyscope incidents silences')
    if silence.ends <= now:
        raise ValueError(f"it ended at {silence.ends:%Y-%m-%d %H:%M} UTC already")
    return replace(silence, starts=min(silence.starts, now), ends=now, expired_by=command.actor)
