"""Asking: a command is appended by whoever serves the caller, and decided by the scheduler in its next round."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from alerts.commands.command import TO_JSON, Action, Command, Outcome
from analytics.context import Context
from store.masked import masked_text
from store.query import Query

_OUTCOMES = Query.beside(__file__, "outcomes.sql")
LONGEST_TEXT = 2_000
# Actions whose value is what somebody typed: it may hold what telemetry may not.
_FREE_TEXT = (Action.COMMENT, Action.RESOLVE, Action.SILENCE, Action.ACKNOWLEDGE, Action.SNOOZE)


def append(context: Context, command: Command) -> str:
    """Append the command; returns its id, pending until the scheduler accepts or refuses it. StoreUnavailable when it is not kept.

    May be called by any role. Free text is masked like telemetry before it is stored.
    """
    asked = replace(command, command_id=command.command_id or uuid.uuid4().hex, value=_said(context, command))
    context.store.insert("alert_events", [_row(context, asked)])
    return asked.command_id


def outcomes(context: Context, command_ids: Sequence[str]) -> tuple[Outcome, ...]:
    """What became of commands, in the order they were asked; unknown ids are left out."""
    return context.store.rows(_OUTCOMES, Outcome, command_ids=list(command_ids))


def _said(context: Context, command: Command) -> str:
    text = command.value.strip()[:LONGEST_TEXT]
    return masked_text(context.store, context.configuration, text) if text and command.action in _FREE_TEXT else text


def _row(context: Context, command: Command) -> dict[str, Any]:
    return {
        "time": context.now,
        "kind": "command",
        "incident_id": command.about,
        "actor": command.actor,
        "reference": command.command_id,
        "payload": TO_JSON.dump_json(command).decode(),
    }
