"""The due times of an arrival. Pure: the same arrival, calendar and range always give the same times.

People read a schedule on the wall clock. A time that daylight saving skips falls as long after the gap as it was meant to be
after its start; one that comes twice is due the first time. Cron follows its own custom (Debian's): a skipped fixed time is
due when the gap ends, and a pattern of every hour or minute runs through both of the repeated hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim
from dateutil.rrule import rrulestr

from domain.arrivals import Arrival, OnClosedDay, OpenDays
from domain.business_time import open_days
from domain.calendars import Calendar
from domain.interval import Interval

MOST = 20_000
_DAY = timedelta(days=1)
# A closed day moves an arrival at most this far: the longest run of closed days a calendar may have.
_REACH = timedelta(days=31)


class TooManyArrivals(ValueError):
    """A schedule so dense that nobody can be told of each arrival."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One arrival. Times are UTC. A run belongs to it from `opens` until the next one's; `business_date` None: not compared."""

    arrival: str
    due: datetime
    opens: datetime
    late_after: datetime
    missed_after: datetime
    business_date: date | None


def expected(arrival: Arrival, calendar: Calendar | None, within: Interval) -> tuple[Expected, ...]:
    """Arrivals due in `within`, ascending. Raises ValueError when the schedule cannot be read or is beyond 20,000 times."""
    margin = Interval(within.start - _REACH - _DAY, within.end + _REACH + _DAY)
    times = due_times(arrival, calendar, margin)
    befores = (None, *times[:-1])
    return tuple(
        _expected(arrival, due, before) for due, before in zip(times, befores, strict=True) if within.start <= due < within.end
    )


def due_times(arrival: Arrival, calendar: Calendar | None, within: Interval) -> tuple[datetime, ...]:
    """Due times in `within`, ascending, each once, in UTC; moved off closed days as configured."""
    zone = ZoneInfo(arrival.time_zone)
    found: set[datetime] = set()
    for wanted in _planned(arrival, calendar, zone, within):
        due = _moved(arrival, calendar, wanted, zone)
        if due is not None and within.start <= due < within.end and _begun(arrival, due, zone):
            found.add(due)
        if len(found) > MOST:
            raise TooManyArrivals(f"Arrival {arrival.id} is due more than {MOST:,} times; expect each file, not each minute")
    return tuple(sorted(found))


def closes(times: tuple[Expected, ...]) -> dict[datetime, datetime]:
    """Due time → when the next one's window opens; the last has none."""
    return {one.due: following.opens for one, following in pairwise(times)}


def _expected(arrival: Arrival, due: datetime, before: datetime | None) -> Expected:
    opens = due - arrival.early
    day = due.astimezone(ZoneInfo(arrival.time_zone)).date()
    back = arrival.business_day_back
    return Expected(
        arrival=arrival.id,
        due=due,
        opens=opens if before is None else max(opens, before),
        late_after=due + arrival.grace,
        missed_after=due + max(arrival.missed_after, arrival.grace),
        business_date=None if back is None else day - back * _DAY,
    )


def _planned(arrival: Arrival, calendar: Calendar | None, zone: ZoneInfo, within: Interval) -> Iterator[datetime]:
    """Due times before closed days are looked at, in UTC; a little more than `within`."""
    if arrival.cron is not None:
        return _by_cron(arrival.cron, zone, within)
    if arrival.rule is not None and arrival.starts is not None:
        return _by_rule(arrival.rule, arrival.starts, zone, within)
    if arrival.open_days is not None and calendar is not None:
        return _by_open_days(arrival.open_days, calendar, zone, within)
    return iter(())


def _by_cron(cron: str, zone: ZoneInfo, within: Interval) -> Iterator[datetime]:
    for due in CronSim(cron, (within.start - _DAY).astimezone(zone)):
        if due.astimezone(UTC) > within.end:
            return
        yield due.astimezone(UTC)


def _by_rule(rule: str, starts: datetime, zone: ZoneInfo, within: Interval) -> Iterator[datetime]:
    first = (within.start - _DAY).astimezone(zone).replace(tzinfo=None)
    for due in rrulestr(rule, dtstart=_wall(starts, zone)).xafter(first, inc=True):
        instant = due.replace(tzinfo=zone).astimezone(UTC)
        if instant > within.end:
            return
        yield instant


def _by_open_days(days: OpenDays, calendar: Calendar, zone: ZoneInfo, within: Interval) -> Iterator[datetime]:
    first, last = ((t.astimezone(zone) + n * _DAY).date() for t, n in ((within.start, -1), (within.end, 1)))
    for day in _chosen(days.nth, calendar, first, last):
        yield datetime.combine(day, days.at.replace(tzinfo=None), zone).astimezone(UTC)


def _chosen(nth: tuple[int, ...], calendar: Calendar, first: date, last: date) -> Iterator[date]:
    if not nth:
        yield from open_days(calendar, first, last)
        return
    month = first.replace(day=1)
    while month <= last:
        following = (month + 32 * _DAY).replace(day=1)
        found = open_days(calendar, month, following - _DAY)
        yield from sorted({found[n - 1 if n > 0 else n] for n in nth if abs(n) <= len(found)})
        month = following


def _moved(arrival: Arrival, calendar: Calendar | None, due: datetime, zone: ZoneInfo) -> datetime | None:
    if calendar is None or arrival.on_closed_day is OnClosedDay.KEEP:
        return due
    local = due.astimezone(zone)
    if open_days(calendar, local.date(), local.date()):
        return due
    if arrival.on_closed_day is OnClosedDay.SKIP:
        return None
    forward = arrival.on_closed_day is OnClosedDay.NEXT_OPEN_DAY
    reach = (local.date(), local.date() + _REACH) if forward else (local.date() - _REACH, local.date())
    days = open_days(calendar, *reach)
    if not days:
        return None
    day = days[0] if forward else days[-1]
    return datetime.combine(day, local.time().replace(fold=0), zone).astimezone(UTC)


def _begun(arrival: Arrival, due: datetime, zone: ZoneInfo) -> bool:
    return arrival.since is None or due.astimezone(zone).date() >= arrival.since


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.replace(tzinfo=None) if at.tzinfo is None else at.astimezone(zone).replace(tzinfo=None)
