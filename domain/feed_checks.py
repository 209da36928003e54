"""What a well-typed arrival, handover or fallback can still get wrong."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice

from cronsim import CronSim, CronSimError
from dateutil.rrule import rrulestr

from domain.arrivals import Arrival, OnClosedDay
from domain.handovers import Fallback, Handover, Side
from domain.source import Place, Source

_A_DAY = datetime(2027, 1, 1, tzinfo=UTC)


def check_arrival(source: Source, place: Place, entry: Arrival) -> None:
    """One schedule that can be read, a known zone, a calendar where one is needed, and sizes in order."""
    if entry.time_zone not in _zones():
        source.problem((*place, "time_zone"), "is not a time zone", "Write an IANA name, for example America/Chicago")
    written = [name for name in ("cron", "rule", "open_days") if getattr(entry, name) is not None]
    if len(written) != 1:
        message = "says nothing of when it is due" if not written else f"is due by {' and by '.join(written)}"
        source.problem(place, message, "Keep exactly one of cron, rule and open_days")
        return
    _cron(source, place, entry)
    _rule(source, place, entry)
    _open_days(source, place, entry)
    if entry.on_closed_day is not OnClosedDay.KEEP and entry.calendar is None:
        source.problem((*place, "on_closed_day"), "needs a calendar that says which days are closed", 'Add "calendar: …"')
    if entry.missed_after < entry.grace:
        source.problem(
            (*place, "missed_after"), f"is shorter than grace {entry.grace}", "A run is late before it is missed: raise it"
        )
    if entry.least_records is not None and entry.most_records is not None and entry.most_records < entry.least_records:
        source.problem((*place, "most_records"), f"is below least_records {entry.least_records}", "Swap the two")


def check_handover(source: Source, place: Place, entry: Handover) -> None:
    for name in ("sent", "received"):
        _side(source, (*place, name), getattr(entry, name))
    if entry.sent == entry.received:
        source.problem((*place, "received"), "is the sender itself", "Name where the other side is seen to have received it")


def check_fallback(source: Source, place: Place, entry: Fallback) -> None:
    for name in ("interfaces", "flows"):
        if not getattr(entry, name):
            source.problem((*place, name), "is empty", f"Name at least one of the {name}")


def _side(source: Source, place: Place, side: Side) -> None:
    by_milestone = side.flow is not None and side.milestone is not None and side.interface is None
    by_interface = side.interface is not None and side.flow is None and side.milestone is None
    if not (by_milestone or by_interface):
        source.problem(place, "is not one place", "Give either flow and milestone, or interface")


def _cron(source: Source, place: Place, entry: Arrival) -> None:
    if entry.cron is None:
        return
    try:
        times = list(islice(CronSim(entry.cron, _A_DAY), 2))
    except CronSimError as error:
        source.problem((*place, "cron"), f"cannot be read ({error})", 'Write five fields, for example "30 6 * * 1-5"')
        return
    if not times:
        source.problem((*place, "cron"), "never comes", 'Write five fields, for example "30 6 * * 1-5"')
    elif len(times) > 1 and times[1] - times[0] < timedelta(minutes=5):
        source.problem(
            (*place, "cron"), "comes more often than every five minutes", "Expect files, not calls: watch calls by an SLA"
        )


def _rule(source: Source, place: Place, entry: Arrival) -> None:
    if entry.rule is None:
        return
    if entry.starts is None:
        source.problem((*place, "starts"), "is missing", 'Add "starts: 2026-01-05T06:00:00", the first arrival')
        return
    try:
        next(iter(rrulestr(entry.rule, dtstart=entry.starts.replace(tzinfo=None))), None)
    except (ValueError, TypeError, AttributeError) as error:
        source.problem((*place, "rule"), f"cannot be read ({error})", "Write it as RFC 5545 does: FREQ=WEEKLY;BYDAY=MO,TH")
        return
    if "FREQ=MINUTELY" in entry.rule or "FREQ=SECONDLY" in entry.rule:
        source.problem((*place, "rule"), "comes more often than files do", "Write FREQ=HOURLY or slower")


def _open_days(source: Source, place: Place, entry: Arrival) -> None:
    if entry.open_days is None:
        return
    if entry.calendar is None:
        source.problem((*place, "calendar"), "is missing", "Open days are those of a calendar: name one")
    for n, day in enumerate(entry.open_days.nth):
        if day == 0 or abs(day) > 23:
            source.problem((*place, "open_days", "nth", n), "is no open day of a month", "Count from 1, or from -1 for the last")


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
