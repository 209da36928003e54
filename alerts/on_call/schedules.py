"""Who is on call at a moment, and the shifts of a while. Pure; aware UTC in and out, wall clocks are the schedule's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.business_time import business_between, holidays_of, offset_periods, open_time
from domain.configuration import Configuration
from domain.interval import Interval
from domain.on_call import OnHolidays, Rotation, Schedule
from domain.time_intervals import TimeSpan

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Duty:
    """person "": nobody. why: "override", "rotation 2", "rotation 1, for anna" or "nobody"."""

    person: str
    why: str


@dataclass(frozen=True, slots=True)
class Shift:
    """[start, end) of one person's duty in a schedule; start and end may be cut by the while that was asked for."""

    schedule: str
    person: str
    why: str
    start: datetime
    end: datetime


def on_call(schedule: Schedule, at: datetime, configuration: Configuration) -> Duty:
    """The last override that holds, else the first rotation with somebody on duty."""
    usual = _by_rotation(schedule, at, configuration)
    for override in reversed(schedule.overrides):
        if override.start <= at < override.end and override.instead_of in (None, usual.person):
            return Duty(override.person, "override")
    return usual


def _by_rotation(schedule: Schedule, at: datetime, configuration: Configuration) -> Duty:
    day = at.astimezone(ZoneInfo(schedule.time_zone)).date()
    away = {one.person for one in schedule.away if one.first <= day <= one.last}
    for number, rotation in enumerate(schedule.rotations, start=1):
        turn = turn_at(rotation, at, schedule.time_zone)
        if turn < 0 or not _on_duty(schedule, rotation, day, at, configuration):
            continue
        place = turn % len(rotation.people)
        order = (*rotation.people[place:], *rotation.people[:place])
        present = next((person for person in order if person not in away), None)
        if present is not None:
            return Duty(present, f"rotation {number}" if present == order[0] else f"rotation {number}, for {order[0]}")
    return Duty("", "nobody")


def turn_at(rotation: Rotation, at: datetime, zone: str) -> int:
    """How many times the rotation was handed over since its start; negative before it."""
    day = at.astimezone(ZoneInfo(zone)).date()
    turn = (day - rotation.starts).days // rotation.turn_days + 1
    while hand_over(rotation, turn, zone) > at:
        turn -= 1
    return turn


def hand_over(rotation: Rotation, turn: int, zone: str) -> datetime:
    """When a turn begins: the first instant at which the zone's wall clock shows that day and time, or later."""
    day = rotation.starts + turn * rotation.turn_days * _DAY
    return wall(day, rotation.hand_over, zone)


def wall(day: date, clock: time, zone: str) -> datetime:
    """The first instant at which the wall clock of `zone` shows this day and time or, where it is skipped, later."""
    there, shown = ZoneInfo(zone), datetime.combine(day, clock)
    first = shown.replace(tzinfo=there).astimezone(UTC)
    if first.astimezone(there).replace(tzinfo=None) == shown:
        return first
    # A skipped time: with the offset of after the jump it lies before the jump, with the one of before behind it.
    around = Interval(shown.replace(tzinfo=there, fold=1).astimezone(UTC), first + _SECOND)
    return next(period.start for period, _ in reversed(list(offset_periods(zone, around))))


def is_holiday(schedule: Schedule, day: date) -> bool:
    """Whether the date is a holiday of the schedule's region, or one of its own."""
    return day in schedule.closed or (schedule.holidays is not None and day in holidays_of(schedule.holidays, day.year))


def _on_duty(schedule: Schedule, rotation: Rotation, day: date, at: datetime, configuration: Configuration) -> bool:
    works_on_holidays = rotation.on_holidays is OnHolidays.ONLY
    if rotation.on_holidays is not OnHolidays.SAME and is_holiday(schedule, day) is not works_on_holidays:
        return False
    if any(_holds(name, at, configuration) for name in rotation.mute):
        return False
    return not rotation.active or any(_holds(name, at, configuration) for name in rotation.active)


def _holds(name: str, at: datetime, configuration: Configuration) -> bool:
    return any(span.holds(at) and _open(span, at, configuration) for span in _spans(name, configuration))


def _open(span: TimeSpan, at: datetime, configuration: Configuration) -> bool:
    calendar = configuration.calendar(span.calendar) if span.calendar else None
    return calendar is None or business_between(calendar, at, at + _SECOND) > timedelta(0)


def _spans(name: str, configuration: Configuration) -> tuple[TimeSpan, ...]:
    return next((one.spans for one in configuration.time_intervals if one.id == name), ())


def shifts(schedule: Schedule, within: Interval, configuration: Configuration) -> tuple[Shift, ...]:
    """Every shift that touches `within`, cut to it, ascending and without gaps: time of nobody is a shift of ""."""
    edges = sorted({edge for edge in _edges(schedule, within, configuration) if within.start < edge < within.end})
    found: list[Shift] = []
    for start, end in zip([within.start, *edges], [*edges, within.end], strict=True):
        duty = on_call(schedule, start, configuration)
        if found and (found[-1].person, found[-1].why) == (duty.person, duty.why):
            found[-1] = replace(found[-1], end=end)
        elif start < end:
            found.append(Shift(schedule.id, duty.person, duty.why, start, end))
    return tuple(found)


def _edges(schedule: Schedule, within: Interval, configuration: Configuration) -> Iterator[datetime]:
    """Every instant at which somebody else may be on call; more of them than needed do no harm."""
    for override in schedule.overrides:
        yield from (override.start.astimezone(UTC), override.end.astimezone(UTC))
    clocks = {time(0), *(rotation.hand_over for rotation in schedule.rotations)}
    yield from _walls(within, schedule.time_zone, clocks)
    for name in {name for rotation in schedule.rotations for name in (*rotation.active, *rotation.mute)}:
        for span in _spans(name, configuration):
            minutes = {minute % 1440 for one in span.times for minute in (one.start, one.end)} | {0}
            yield from _walls(within, span.time_zone, {time(minute // 60, minute % 60) for minute in minutes})
            calendar = configuration.calendar(span.calendar) if span.calendar else None
            for opening in open_time(calendar, within.start, within.end).openings if calendar else ():
                yield from (opening.start, opening.end)


def _walls(within: Interval, zone: str, clocks: set[time]) -> Iterator[datetime]:
    """Both passings of every wall clock time of each day, and the jumps of the clock."""
    there = ZoneInfo(zone)
    yield from (period.start for period, _ in offset_periods(zone, within))
    day, last = within.start.astimezone(there).date() - _DAY, within.end.astimezone(there).date() + _DAY
    while day <= last:
        for clock in clocks:
            yield wall(day, clock, zone)
            yield datetime.combine(day, clock, tzinfo=there).replace(fold=1).astimezone(UTC)
        day += _DAY


def after(schedule: Schedule, at: datetime, configuration: Configuration, within: timedelta = timedelta(days=35)) -> Shift | None:
    """The next shift of somebody else (or of nobody); None when it is the same person all the while."""
    now = on_call(schedule, at, configuration).person
    found = shifts(schedule, Interval(at, at + within), configuration)
    return next((shift for shift in found if shift.person != now), None)
