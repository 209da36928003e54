"""The calendar of arrivals, written down so that it is judged where the runs lie."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from analytics.context import Context
from domain.arrival_times import Expected, expected
from domain.arrivals import Arrival
from domain.calendars import Calendar
from domain.interval import Interval
from store.query import Query

PLANNED = Query.beside(__file__, "planned.sql")
# An arrival's window ends where the next one's begins, which may lie a month ahead.
_AHEAD = timedelta(days=40)
_MOST_KEPT = 256


def definition(context: Context, arrival: Arrival) -> str:
    """Twelve hex digits of the arrival and its calendar as configured."""
    calendar = _calendar(context, arrival)
    text = arrival.model_dump_json() + (calendar.model_dump_json() if calendar else "")
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def ensure_planned(context: Context, interval: Interval) -> None:
    """Write down what is due in the interval's days where it is not yet. Idempotent; nothing is written when all is there."""
    days = Interval(_midnight(interval.start), _midnight(interval.end) + timedelta(days=1))
    wanted = {definition(context, a): _planned(context, a, days) for a in context.configuration.arrivals}
    known = context.store.records(PLANNED, definitions=sorted(wanted), start=days.start, end=days.end) if wanted else ()
    planned = {row["definition"]: row["planned"] for row in known}
    for name, rows in wanted.items():
        if planned.get(name, 0) != len(rows):
            context.store.insert("expected_arrivals", [row | {"definition": name, "received": context.now} for row in rows])


_kept: dict[tuple[str, Interval], tuple[dict[str, Any], ...]] = {}


def _planned(context: Context, arrival: Arrival, days: Interval) -> tuple[dict[str, Any], ...]:
    """Pages ask for the same days again and again: what was worked out for a definition is kept."""
    asked = definition(context, arrival), days
    if asked not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        times = expected(arrival, _calendar(context, arrival), Interval(days.start, days.end + _AHEAD))
        _kept[asked] = tuple(_row(time, following) for time, following in zip_longest(times, times[1:]) if time.due < days.end)
    return _kept[asked]


def _row(time: Expected, following: Expected | None) -> dict[str, Any]:
    return {
        "arrival": time.arrival,
        "due": time.due,
        "opens": time.opens,
        "closes": following.opens if following else time.due + _AHEAD,
        "late_after": time.late_after,
        "missed_after": time.missed_after,
        "business_date": time.business_date,
    }


def _calendar(context: Context, arrival: Arrival) -> Calendar | None:
    return context.configuration.calendar(arrival.calendar) if arrival.calendar else None


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
