"""Who did what: the records of incidents, messages, reports, the desk, rules, intake and the lease, read as one log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson

from analytics.context import Context
from domain.interval import Interval
from store.query import Query

_AUDIT = Query.beside(__file__, "audit.sql")
_FIRST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done. event_id: the same for the same event, whenever it is read. at: UTC.

    actor: a person's id, scheduler, or sender (of telemetry). door: api, cli, page, link, slack, desk, intake, configuration, scheduler, or
    the channel of a message. outcome: asked, accepted, refused, open, resolved, sent, failed, unknown, dead, stored, done and the like.
    reference: id of the command or message, by which question and answer are found; "" where there is none.
    """

    event_id: str
    at: datetime
    actor: str
    door: str
    action: str
    object: str
    outcome: str
    detail: str
    reference: str


@dataclass(frozen=True, slots=True)
class Position:
    """Behind one entry, whether or not that entry is still there."""

    at: datetime
    event_id: str


def audit(
    context: Context,
    interval: Interval,
    *,
    actor: str = "",
    object: str = "",
    after: Position | None = None,
    untold: str = "",
    limit: int = 1_000,
) -> tuple[Entry, ...]:
    """Entries of the interval, oldest first; `after` goes on behind an entry got before, `untold` leaves out what that target was told.

    Nothing for a scope that is narrowed to facilities: what people did belongs to none. What is recorded late stands at its own time.
    """
    return context.store.rows(
        _AUDIT,
        Entry,
        start=interval.start,
        end=interval.end,
        actor=actor,
        object=object,
        after_at=after.at if after else _FIRST,
        after_id=after.event_id if after else "",
        told=untold,
        limit=limit,
        all_facilities=context.scope.parameters()["all_facilities"],
    )


def pages(
    context: Context, interval: Interval, *, actor: str = "", object: str = "", after: Position | None = None
) -> Iterator[Entry]:
    """Every entry of the interval (behind `after`), however many, read a page at a time."""
    while True:
        found = audit(context, interval, actor=actor, object=object, after=after, limit=PAGE)
        yield from found
        if len(found) < PAGE:
            return
        after = Position(found[-1].at, found[-1].event_id)


def as_line(entry: Entry) -> bytes:
    """One line of JSON with its end; times ISO 8601 in UTC."""
    return orjson.dumps(entry, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def note(context: Context, actor: str, door: str, action: str, object: str, outcome: str, detail: str = "") -> None:
    """Record what has no record of its own."""
    row = {
        "time": context.now,
        "actor": actor,
        "door": door,
        "action": action,
        "object": object,
        "outcome": outcome,
        "detail": detail,
    }
    context.store.insert("audit_events", [row])
