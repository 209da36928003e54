"""Times of day, week, month and year by name: when a route is active, and when it is mute."""

from __future__ import annotations

import calendar as months
import re
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from domain.base import Configured, Identifier

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


def parse_clock(value: Any) -> Any:
    """ "08:30" as minutes since midnight; 24:00 is the day's end."""
    if isinstance(value, int) and 0 <= value <= 1440:
        return value
    found = _CLOCK.fullmatch(str(value).strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found else 9999
    if minutes > 1440:
        raise ValueError(f'"{value}" is not a time of day; write for example 08:00 or 24:00, in quotes')
    return minutes


def parse_range(names: tuple[str, ...], least: int, most: int, form: str) -> Any:
    """A reader of "a" or "a:b", by name or number; a range holds both its ends."""

    def number(text: str, written: Any) -> int:
        text = text.strip().lower()
        value = names.index(text[:3]) + least if text[:3] in names else int(text) if re.fullmatch(r"-?\d{1,4}", text) else None
        if value is None or value == 0 or not least <= value <= most:
            raise ValueError(f'"{written}" is not {form}')
        return value

    def read(value: Any) -> Any:
        if isinstance(value, (tuple, list)) and len(value) == 2 and all(isinstance(one, int) for one in value):
            return tuple(value)
        first, _, last = str(value).partition(":")
        begins = number(first, value)
        ends = number(last, value) if last else begins
        if (begins > 0) == (ends > 0) and begins > ends:
            raise ValueError(f'"{value}" ends before it begins; swap the two')
        return begins, ends

    return BeforeValidator(read)


Clock = Annotated[int, BeforeValidator(parse_clock)]
Weekdays = Annotated[tuple[int, int], parse_range(DAYS, 1, 7, "a range of days; write for example mon:fri")]
DaysOfMonth = Annotated[tuple[int, int], parse_range((), -31, 31, "a day of the month; write 1 … 31, or -1 for the last: -3:-1")]
Months = Annotated[tuple[int, int], parse_range(_MONTHS, 1, 12, "a range of months; write for example jan:mar or 12")]
Years = Annotated[tuple[int, int], parse_range((), 1970, 2105, "a range of years; write for example 2026:2027")]


class TimeRange(Configured):
    """[start, end) on the wall clock of a day."""

    start: Clock
    end: Clock


class TimeSpan(Configured):
    """All that is given must hold, on the wall clock of `time_zone`; a negative day counts from the month's end.

    `calendar` names a business calendar that must be open.
    """

    times: tuple[TimeRange, ...] = ()
    weekdays: tuple[Weekdays, ...] = ()
    days_of_month: tuple[DaysOfMonth, ...] = ()
    months: tuple[Months, ...] = ()
    years: tuple[Years, ...] = ()
    time_zone: str = "UTC"
    calendar: Identifier | None = None

    def holds(self, instant: datetime) -> bool:
        """Whether the clock part holds; the calendar is the caller's to ask."""
        local = instant.astimezone(ZoneInfo(self.time_zone))
        minute = local.hour * 60 + local.minute
        return (
            (not self.times or any(one.start <= minute < one.end for one in self.times))
            and _within(self.weekdays, local.isoweekday())
            and _within(self.months, local.month)
            and _within(self.years, local.year)
            and (not self.days_of_month or any(_of_month(one, local) for one in self.days_of_month))
        )


def _within(ranges: tuple[tuple[int, int], ...], value: int) -> bool:
    return not ranges or any(begins <= value <= ends for begins, ends in ranges)


def _of_month(wanted: tuple[int, int], local: datetime) -> bool:
    last = months.monthrange(local.year, local.month)[1]
    begins, ends = (day if day > 0 else last + 1 + day for day in wanted)
    return max(begins, 1) <= local.day <= min(ends, last)


class TimeInterval(Configured):
    """Holds while one of its spans does."""

    id: Identifier
    spans: tuple[TimeSpan, ...] = ()
