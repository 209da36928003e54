"""Business time inside the engine: every calendar's openings as a table to look up in (ADR D7)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from analytics.context import Context
from domain.business_time import open_time
from domain.calendars import Calendar
from store.query import Query

_FILLED = Query.beside(__file__, "calendars_filled.sql")
# Open time is counted from here, so that later fills agree with earlier ones.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def revision(calendar: Calendar) -> str:
    """Twelve hex digits that change when the calendar's definition changes."""
    return hashlib.sha256(calendar.model_dump_json(exclude={"id"}).encode()).hexdigest()[:12]


def ensure_filled(context: Context) -> None:
    """Fill the look-up of every configured calendar to the end of the year after next; quick when it is filled."""
    until = datetime(context.now.year + 3, 1, 1, tzinfo=UTC)
    filled = {(r["calendar_id"], r["revision"]): r["until"] for r in context.store.records(_FILLED)}
    for calendar in context.configuration.calendars:
        reached = filled.get((calendar.id, revision(calendar)))
        # The last opening ends days before the year does: holidays and weekends.
        if reached is None or reached < until - timedelta(days=60):
            _fill(context, calendar, until)


def _fill(context: Context, calendar: Calendar, until: datetime) -> None:
    times = open_time(calendar, EPOCH, until)
    common = {"calendar_id": calendar.id, "revision": revision(calendar), "filled": context.now}
    rows = [
        {**common, "opened": opening.start, "closed": opening.end, "open_before": before // _MICROSECOND}
        for opening, before in zip(times.openings, times.open_before, strict=True)
    ]
    context.store.insert("calendar_openings", rows)
