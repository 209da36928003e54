"""Open time: when a calendar is open, how much of it lies between two instants, and when a promise falls due.

A calendar is open at an instant when the wall clock of its zone then shows a time within that date's hours. So a skipped
hour is never open and a repeated hour counts twice, as the people at the desk live it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import holidays

from domain.calendars import Calendar, OpenHours
from domain.interval import Interval

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OpenTime:
    """The open intervals of a calendar within a range: aware UTC, ascending, never touching."""

    openings: tuple[Interval, ...]

    @cached_property
    def open_before(self) -> tuple[timedelta, ...]:
        """For each opening, the open time before it since the start of the range."""
        total, sums = timedelta(0), []
        for opening in self.openings:
            sums.append(total)
            total += opening.length
        return tuple(sums)

    @cached_property
    def _starts(self) -> tuple[datetime, ...]:
        return tuple(opening.start for opening in self.openings)

    def until(self, instant: datetime) -> timedelta:
        """Open time from the start of the range to `instant`."""
        index = bisect_right(self._starts, instant) - 1
        if index < 0:
            return timedelta(0)
        opening = self.openings[index]
        return self.open_before[index] + min(instant - opening.start, opening.length)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` to `end`, both in the range; negative when `end` comes first."""
        return self.until(end) - self.until(start)

    def add(self, start: datetime, duration: timedelta) -> datetime | None:
        """The earliest instant with `duration` of open time behind it since `start`; None when beyond the range."""
        if duration <= timedelta(0):
            return start
        goal = self.until(start) + duration
        index = bisect_left(self.open_before, goal) - 1
        if index < 0:
            return None
        due = self.openings[index].start + (goal - self.open_before[index])
        return due if due <= self.openings[index].end else None


def open_time(calendar: Calendar, start: datetime, end: datetime) -> OpenTime:
    """When `calendar` is open from `start` to `end` (aware). Raises ValueError naming an unknown zone or holiday region."""
    whole = Interval(start.astimezone(UTC), end.astimezone(UTC))
    if calendar.always_open:
        return OpenTime((whole,) if whole.length else ())
    found = sorted(_wall_clock_openings(calendar, whole), key=lambda opening: opening.start)
    return OpenTime(tuple(_joined(found)))


def business_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Open time of `calendar` between two aware instants; negative when `end` comes first."""
    if end < start:
        return -business_between(calendar, end, start)
    return open_time(calendar, start, end).between(start, end)


def add_business(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    """When `duration` of open time has passed since `start` (aware), in UTC: the due time of a promise.

    Raises ValueError when the calendar does not open that long within the following fifty years.
    """
    reach = max(duration * 2, timedelta(days=14))
    while reach < timedelta(days=366 * 50):
        due = open_time(calendar, start, start + reach).add(start, duration)
        if due is not None:
            return due.astimezone(UTC)
        reach *= 4
    raise ValueError(f'Calendar "{calendar.id}" is not open for {duration} after {start}; give it weekly hours')


def open_days(calendar: Calendar, first: date, last: date) -> tuple[date, ...]:
    """Dates from `first` to `last` (both included) on which the calendar opens, in its zone."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if calendar.always_open or hours_on(calendar, day))


def hours_on(calendar: Calendar, day: date) -> tuple[OpenHours, ...]:
    """Opening hours that begin on `day`. A date opened by exception takes its weekday's hours, else the first day's that has any."""
    usual = calendar.weekly.get(_WEEKDAYS[day.weekday()], ())
    if day in calendar.closed:
        return ()
    if day in calendar.open:
        return usual or next((calendar.weekly[d] for d in _WEEKDAYS if calendar.weekly.get(d)), ())
    if usual and calendar.holidays and day in holidays_of(calendar.holidays, day.year):
        return ()
    return usual


@lru_cache(maxsize=1024)
def holidays_of(region: str, year: int) -> frozenset[date]:
    """Holidays of a country, or country and subdivision ("US-IL"). Raises ValueError naming an unknown one."""
    country, _, subdivision = region.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError as error:
        raise ValueError(
            f'No holidays are known for "{region}"; write a country or country-subdivision such as US or US-IL'
        ) from error


def _wall_clock_openings(calendar: Calendar, whole: Interval) -> Iterator[Interval]:
    """Within a period of one offset the wall clock is UTC plus a constant, so hours map to instants by subtraction."""
    for period, offset in offset_periods(calendar.time_zone, whole):
        local_start, local_end = (_naive(t) + offset for t in (period.start, period.end))
        day = local_start.date() - _DAY
        while day <= local_end.date():
            for opened, closed in _local_hours(calendar, day):
                start, end = max(opened, local_start), min(closed, local_end)
                if start < end:
                    yield Interval((start - offset).replace(tzinfo=UTC), (end - offset).replace(tzinfo=UTC))
            day += _DAY


def _local_hours(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Hours that end at or before they start run past midnight."""
    for hours in hours_on(calendar, day):
        closes_next_day = hours.end <= hours.start
        opened = datetime.combine(day, hours.start.replace(tzinfo=None))
        yield opened, datetime.combine(day + _DAY if closes_next_day else day, hours.end.replace(tzinfo=None))


def offset_periods(zone_name: str, whole: Interval) -> Iterator[tuple[Interval, timedelta]]:
    """Parts of `whole` in which the zone's offset does not change. Sampled daily: no zone changes twice within a day."""
    zone = _zone(zone_name)
    begun, at = whole.start, whole.start
    while at < whole.end:
        following = min(at + _DAY, whole.end)
        if _offset(zone, following) != _offset(zone, at):
            change = _change(zone, at, following)
            if begun < change:
                yield Interval(begun, change), _offset(zone, at)
            begun = change
        at = following
    if begun < whole.end:
        yield Interval(begun, whole.end), _offset(zone, whole.end - timedelta(microseconds=1))


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the offset changes, by halving."""
    old = _offset(zone, before)
    low, high = 0, int((after - before).total_seconds()) + 1
    origin = before.replace(microsecond=0)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, origin + timedelta(seconds=middle)) == old else (low, middle)
    return min(origin + timedelta(seconds=high), after)


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'Time zone "{name}" is unknown; write an IANA name such as America/Chicago') from error


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def _joined(ascending: list[Interval]) -> Iterator[Interval]:
    """The same instants with touching and overlapping intervals made one."""
    current: Interval | None = None
    for opening in ascending:
        if current is not None and opening.start <= current.end:
            current = Interval(current.start, max(current.end, opening.end))
            continue
        if current is not None:
            yield current
        current = opening
    if current is not None:
        yield current


def deadline_on(calendar: Calendar, day: date, at: time) -> datetime:
    """The instant when the calendar's wall clock shows `at` on `day`, in UTC (a skipped time falls after the gap)."""
    return datetime.combine(day, at.replace(tzinfo=None), _zone(calendar.time_zone)).astimezone(UTC)
