"""Sent by one against received by another: counts by hour, and the keys by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analytics.completeness.rows import HandoverHour, MissingKey, UnsentKey
from analytics.context import Context
from domain.handovers import Handover, Side
from domain.interval import Interval
from store.query import Query


def by_hour(context: Context, interval: Interval, handover: str | None = None) -> tuple[HandoverHour, ...]:
    """Each configured handover by the hour of sending, hours without sendings left out."""
    return tuple(
        HandoverHour(handover=one.id, **row)
        for one in _asked(context, handover)
        for row in _records(context, interval, one, "paired.sql", "by_hour.sql")
    )


def missing(context: Context, interval: Interval, handover: str | None = None, *, limit: int = 200) -> tuple[MissingKey, ...]:
    """Keys sent in the interval and not received in time, of each handover the `limit` longest overdue."""
    return tuple(
        MissingKey(handover=one.id, **row)
        for one in _asked(context, handover)
        for row in _records(context, interval, one, "paired.sql", "missing.sql", limit=limit)
    )


def unsent(context: Context, interval: Interval, handover: str | None = None, *, limit: int = 200) -> tuple[UnsentKey, ...]:
    """Keys received in the interval that were not seen sent in the 45 days before, of each handover the newest `limit`."""
    return tuple(
        UnsentKey(handover=one.id, **row)
        for one in _asked(context, handover)
        for row in _records(context, interval, one, "unsent_from.sql", "unsent.sql", limit=limit)
    )


def query_of(handover: Handover, *files: str) -> Query:
    """The statement of `files` with both sides of `handover` put in; values stay parameters."""
    whole = "".join(_text(file) for file in files)
    for name, side in (("sent", handover.sent), ("received", handover.received)):
        whole = whole.replace(f"/*{name}*/", _side(side).replace("/*side*/", f"{name}_"))
    return Query(f"completeness/{Path(files[-1]).stem}", whole)


def _records(context: Context, interval: Interval, one: Handover, *files: str, **more: Any) -> list[dict[str, Any]]:
    given = {**_values("sent", one, one.sent), **_values("received", one, one.received), **context.scope.parameters(), **more}
    if files[0] == "paired.sql":
        given["within"] = int(one.within.total_seconds())
    found = context.store.records(query_of(one, *files), now=context.now, start=interval.start, end=interval.end, **given)
    return [dict(row) for row in found]


def _asked(context: Context, handover: str | None) -> tuple[Handover, ...]:
    return tuple(one for one in context.configuration.handovers if handover in (None, one.id))


def _side(side: Side) -> str:
    return _text("side_interface.sql" if side.interface else "side_milestone.sql")


def _values(name: str, handover: Handover, side: Side) -> dict[str, str]:
    if side.interface:
        return {f"{name}_interface": side.interface, f"{name}_key": handover.key}
    return {f"{name}_flow": side.flow or "", f"{name}_milestone": side.milestone or ""}


def _text(file: str) -> str:
    return (Path(__file__).parent / file).read_text()
