"""ISO weeks in the organisation's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.interval import Interval

_FORM = re.compile(r"(\d{4})-?W(\d{2})")


@dataclass(frozen=True, slots=True)
class IsoWeek:
    """A week from Monday to Sunday, named as ISO 8601 names it: week 1 holds the year's first Thursday."""

    year: int
    week: int

    @classmethod
    def parse(cls, text: str) -> IsoWeek:
        """Read "2026-W46"; ValueError says what is wrong and how to write it."""
        found = _FORM.fullmatch(text.strip())
        if not found:
            raise ValueError(f'"{text}" is not an ISO week; write for example 2026-W46')
        year, week = int(found[1]), int(found[2])
        try:
            date.fromisocalendar(year, week, 1)
        except ValueError as error:
            raise ValueError(f'"{text}" does not exist: {year} has no week {week}; write for example 2026-W46') from error
        return cls(year, week)

    @classmethod
    def before(cls, moment: datetime, zone: str) -> IsoWeek:
        """The last whole week before `moment`."""
        monday = moment.astimezone(ZoneInfo(zone)).date() - timedelta(days=7)
        year, week, _ = monday.isocalendar()
        return cls(year, week)

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.week, 1)

    def interval(self, zone: str) -> Interval:
        """From Monday 00:00 to the next, in `zone`: an hour shorter or longer in a week in which clocks change."""
        first, last = self.monday, self.monday + timedelta(days=7)
        start, end = (datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) for day in (first, last))
        return Interval(start, end)

    def previous(self) -> IsoWeek:
        year, week, _ = (self.monday - timedelta(days=7)).isocalendar()
        return IsoWeek(year, week)

    def back(self, weeks: int) -> IsoWeek:
        """So many weeks before this one. 52 back is the same season and weekday, the week to compare a year with."""
        year, week, _ = (self.monday - timedelta(days=7 * weeks)).isocalendar()
        return IsoWeek(year, week)

    def __str__(self) -> str:
        return f"{self.year}-W{self.week:02d}"
