"""A button pressed in Slack becomes a command: asked here, decided by the scheduler."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from alerts import commands
from alerts.channels.slack.interactive import Pressed
from alerts.commands import Action, Command, Source
from analytics.context import Context

_SNOOZED = timedelta(hours=1)  # as the button says


def ask(context: Context, pressed: Pressed) -> str:
    """The command's id, the same for a press that Slack tells twice. StoreUnavailable when it is not kept."""
    action = Action(pressed.action)
    identity = hashlib.sha256(f"{pressed.press}|{pressed.action}|{pressed.incident_id}".encode()).hexdigest()[:32]
    return commands.append(
        context,
        Command(
            action,
            _actor(context, pressed),
            pressed.incident_id,
            until=context.now + _SNOOZED if action is Action.SNOOZE else None,
            source=Source.SLACK,
            command_id=identity if pressed.press else "",
        ),
    )


def _actor(context: Context, pressed: Pressed) -> str:
    """The person whose configured Slack name or id it is; else who it is in Slack."""
    names = {pressed.user, pressed.who, f"@{pressed.who}"} - {"", "@"}
    return next((person.id for person in context.configuration.people if person.slack in names), pressed.who)
