"""The scheduler's turn at the desk: it opens items, turns commands into events, and resolves what has succeeded. One writer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from analytics.context import Context
from analytics.desk.record import Action, Command, Event, Refusal, WorkItem, after, decide
from analytics.failures.asking import over_groups, parameters
from analytics.sla.progress import NEVER, record_jobs, watermark
from domain.interval import Interval
from store.generations import active_number
from store.query import Query

_STATES = Query.beside(__file__, "states.sql").text
_PENDING = Query.beside(__file__, "pending.sql")
_ITEMS_OF = Query("desk/items_of", _STATES + Query.beside(__file__, "items_of.sql").text)
_OPENED = Query.beside(__file__, "opened.sql")
_OLDEST = Query.beside(__file__, "oldest_open.sql")
_AUTO = over_groups(Query.beside(__file__, "auto_resolved.sql"))
_AUTO_RESOLVED = Query(
    "desk/auto_resolved",
    "INSERT INTO work_item_events (item_id, time, kind, action, actor, value, about, interface_id, failure_class, object_type,"
    f" object, operation)\n{_AUTO.text}",
)
_AT_ONCE, _MOST_NAMED = 2_000, 5_000
_FIRST_LOOK, _OVERLAP = timedelta(days=90), timedelta(minutes=1)
_TICK = timedelta(microseconds=1)


def keep_desk(context: Context) -> None:
    """Open items for new failures, and resolve those whose object has succeeded everywhere. May be run again at any time."""
    now = context.now
    job = f"desk:{active_number(context.store)}"
    known = watermark(context, job)
    context.store.run(_OPENED, since=now - _FIRST_LOOK if known == NEVER else known - _OVERLAP, until=now)
    (waiting,) = context.store.records(_OLDEST)
    if waiting["oldest"] is not None:
        interval = Interval(min(waiting["oldest"], now) - timedelta(seconds=1), now + timedelta(days=1))
        # More objects than a request may carry: all failures since then are read.
        named = waiting["objects"] if len(waiting["objects"]) <= _MOST_NAMED else ()
        context.store.run(_AUTO_RESOLVED, **parameters(context, interval, objects=named))
    record_jobs(context, {job: now})


def accept_commands(context: Context) -> int:
    """Turn pending commands into events, in the order they were asked, or refuse them with the reason; returns how many.

    The outcomes of a turn are one INSERT. A turn that was killed before it is made again; after it, there is nothing to do.
    """
    commands = [_command(row) for row in context.store.records(_PENDING, limit=_AT_ONCE)]
    if not commands:
        return 0
    ids = sorted({c.item_id for c in commands})
    items = {item.item_id: item for item in context.store.rows(_ITEMS_OF, WorkItem, item_ids=ids)}
    people = frozenset(p.id for p in context.configuration.people)
    rows, at = [], context.now
    for command in commands:
        item = items.get(command.item_id)
        decided = decide(command, item, people, context.configuration.organisation.time_zone, at)
        if item is not None and isinstance(decided, Event):
            items[item.item_id] = after(item, decided)
        rows.append(_row(command, decided, at))
        at += _TICK
    context.store.insert("work_item_events", rows)
    return len(rows)


def _command(row: dict[str, Any]) -> Command:
    return Command(**{**row, "action": Action(row["action"])})


def _row(command: Command, decided: Event | Refusal, at: datetime) -> dict[str, Any]:
    done = isinstance(decided, Event)
    return {
        "item_id": command.item_id, "time": at, "kind": "event" if done else "refused", "action": command.action.value,
        "command_id": command.command_id, "actor": command.actor, "value": decided.value if isinstance(decided, Event) else decided.reason,
    }  # fmt: skip
