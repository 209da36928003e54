"""When each batch is expected: a calendar of arrivals by cron, recurrence rule or open days of a business calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pydantic import Field

from domain.base import Configured, Duration, Identifier


class OnClosedDay(StrEnum):
    """What becomes of an arrival planned on a day the calendar is closed."""

    KEEP = "keep"
    SKIP = "skip"
    NEXT_OPEN_DAY = "next_open_day"
    PREVIOUS_OPEN_DAY = "previous_open_day"


class OpenDays(Configured):
    """At `at` on every open day of the calendar, or on the `nth` open days of each month (1 the first, -1 the last)."""

    at: time
    nth: tuple[int, ...] = ()


class Arrival(Configured):
    """Runs of `job` expected by exactly one of `cron`, `rule` or `open_days`, read on the wall clock of `time_zone`.

    `rule` is an RRULE of RFC 5545 that starts at `starts`. `grace` after the due time a run is late, `missed_after` it is missed.
    `early` is how long before its due time a run may belong to it. `business_day_back` says how many days before the due
    day the business date lies that a run should carry; without it dates are not compared. Without `facility` all are meant.
    """

    id: Identifier
    job: str = Field(min_length=1)
    time_zone: str
    facility: Identifier | None = None
    cron: str | None = None
    rule: str | None = None
    starts: datetime | None = None
    open_days: OpenDays | None = None
    calendar: Identifier | None = None
    on_closed_day: OnClosedDay = OnClosedDay.KEEP
    grace: Duration = timedelta(minutes=15)
    missed_after: Duration = timedelta(hours=12)
    early: Duration = timedelta(hours=2)
    business_day_back: int | None = Field(default=None, ge=0, le=31)
    least_records: int | None = Field(default=None, ge=0)
    most_records: int | None = Field(default=None, ge=0)
    since: date | None = None
