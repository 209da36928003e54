"""Asking the desk for something: a command is appended by whoever serves the caller, and accepted by the scheduler (ADR 0008)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from analytics.context import Context
from analytics.desk.record import ASKED_FOR, Action
from analytics.desk.rows import CommandOutcome
from store.masked import masked_text
from store.query import Query

_OUTCOMES = Query.beside(__file__, "outcomes.sql")
MOST_ITEMS = 1_000
_FREE_TEXT = (Action.COMMENT, Action.TAG, Action.RESOLVE, Action.REOPEN)


def ask(
    context: Context, item_ids: Sequence[str], wanted: Mapping[str, str], *, actor: str, request_id: str | None = None
) -> tuple[str, ...]:
    """Append one command per item and action of `wanted` (action → value); returns their ids, pending until accepted.

    The same `request_id` again makes the same commands, which count once. Text is masked like telemetry before it is stored.
    Raises ValueError when nothing is asked, an action is unknown, or there are more than a thousand items.
    """
    actions = [_action(name) for name in wanted]
    items = list(dict.fromkeys(item_ids))
    if not actions or not 0 < len(items) <= MOST_ITEMS:
        raise ValueError(f"{len(items)} items and {len(actions)} actions; name 1 to {MOST_ITEMS} items and at least one action")
    request = request_id or uuid.uuid4().hex
    values = {action: _said(context, action, wanted[action.value]) for action in actions}
    rows = [
        {
            "item_id": item, "time": context.now, "kind": "command", "action": action.value,
            "command_id": uuid.uuid5(uuid.NAMESPACE_OID, f"{request}|{item}|{action.value}").hex, "actor": actor, "value": values[action],
        }
        for item in items for action in actions
    ]  # fmt: skip
    context.store.insert("work_item_events", rows)
    return tuple(str(row["command_id"]) for row in rows)


def outcomes(context: Context, command_ids: Sequence[str]) -> tuple[CommandOutcome, ...]:
    """What became of commands; unknown ids are left out."""
    return context.store.rows(_OUTCOMES, CommandOutcome, command_ids=list(command_ids))


def _said(context: Context, action: Action, text: str) -> str:
    """What is stored of the value: free text as the masks leave it."""
    return masked_text(context.store, context.configuration, text) if text and action in _FREE_TEXT else text


def _action(name: str) -> Action:
    if name not in ASKED_FOR:
        raise ValueError(f'"{name}" is no action; the actions are {", ".join(ASKED_FOR)}')
    return Action(name)
