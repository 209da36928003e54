"""Bringing queue_hours up to the samples received, an hour at a time."""

from __future__ import annotations

from datetime import datetime

from analytics import feeding
from analytics.context import Context
from store.query import Query

_TOUCHED = Query.beside(__file__, "touched.sql")
_HOURS = Query.beside(__file__, "hours.sql")
HOURS_AT_ONCE = 24
JOB = "queue hours"


def catch_up(context: Context, *, hours_at_once: int = HOURS_AT_ONCE) -> int:
    """Compute each hour again of which samples were received since the last run; returns how many hours."""

    def touched(since: datetime) -> tuple[datetime, ...]:
        return tuple(row["hour"] for row in context.store.records(_TOUCHED, since=since, now=context.now))

    def compute(hours: tuple[datetime, ...], stamp: datetime) -> None:
        given = [hour.strftime("%Y-%m-%d %H:%M:%S") for hour in hours]
        context.store.run(_HOURS, hours=given, first=given[0], last=given[-1], stamp=stamp)

    return feeding.advance(context, JOB, touched, compute, hours_at_once)
