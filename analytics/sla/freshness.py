"""Freshness: one event per open minute, measured when the minute is over and again when late evidence touches it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from analytics.context import Context
from analytics.sla import calendars
from analytics.sla.definitions import calendar_of
from analytics.sla.progress import NEVER, Due
from domain.slas import FreshnessSla
from store.query import Query

_SLICES = Query.beside(__file__, "freshness_slices.sql")
_MINUTE = timedelta(minutes=1)
# The record that Supplyscope was receiving in a minute may be written shortly after it.
_AGAIN = timedelta(minutes=5)
# Open time may stand still over a weekend and a holiday while wall time passes.
_CLOSED_AT_MOST = timedelta(days=7)
_KEPT_BEYOND_WINDOW = timedelta(days=45)
_SUCCESS_SOUGHT = timedelta(days=400)

Changes = Mapping[str, tuple[datetime, datetime]]


def measure(context: Context, todo: Sequence[Due], changes: Changes, stamp: datetime) -> set[str]:
    """Count the minutes that ended or changed since the last look; returns the ids of the SLAs looked at."""
    spans = [(d, first, until) for d in todo for first, until in _ranges(context, d, changes.get(d.sla.id)) if first < until]
    if not spans:
        return set()
    slas = [d.sla for d, _, _ in spans if isinstance(d.sla, FreshnessSla)]
    known = [calendar_of(sla, context.configuration) for sla in slas]
    context.store.run(
        _SLICES,
        sla_ids=[sla.id for sla in slas],
        generations=[d.generation for d, _, _ in spans],
        interfaces=[sla.interface for sla in slas],
        calendars=[sla.calendar for sla in slas],
        revisions=[calendars.revision(calendar) if calendar else "" for calendar in known],
        within_us=[sla.within // timedelta(microseconds=1) for sla in slas],
        first=[int(first.timestamp()) for _, first, _ in spans],
        until=[int(until.timestamp()) for _, _, until in spans],
        oldest=min(first for _, first, _ in spans) - _SUCCESS_SOUGHT,
        stamp=stamp,
    )
    return {sla.id for sla in slas}


def _ranges(context: Context, due: Due, change: tuple[datetime, datetime] | None) -> list[tuple[datetime, datetime]]:
    """Minutes to judge, as [first, until): those that late evidence can have changed, and those that ended since."""
    sla, now = due.sla, _whole(context.now)
    assert isinstance(sla, FreshnessSla)
    floor = _whole(context.now - sla.window - _KEPT_BEYOND_WINDOW)
    ended: list[tuple[datetime, datetime]] = []
    if due.since != NEVER and now > due.since:
        ended = [(max(floor, _whole(due.since) - _AGAIN), now)]
    if change is None:
        return ended
    calendar = calendar_of(sla, context.configuration)
    reach = sla.within + (timedelta(0) if calendar is None or calendar.always_open else _CLOSED_AT_MOST)
    first = max(floor, _whole(change[0]))
    until = now if due.since == NEVER else min(now, _whole(change[1] + reach) + 2 * _MINUTE)
    if ended and until >= ended[0][0]:
        return [(min(first, ended[0][0]), now)]
    return [*ended, (first, until)]


def _whole(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
