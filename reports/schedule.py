"""When a report is sent: pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.business_time import open_days
from domain.calendars import Calendar
from reports.audiences import Audience
from reports.weeks import IsoWeek

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A calendar that is closed for longer than this does not hold a report back any more.
_LONGEST_CLOSED = timedelta(days=14)
_CAUGHT_UP = timedelta(days=5)


def sent_at(audience: Audience, week: IsoWeek) -> datetime:
    """When the report of `week` goes out, in UTC: on its weekday after the week, on the next business day where that is closed.

    A time that clocks skip is sent when they show the next one; of a time that comes twice the first is taken.
    """
    first = week.monday + timedelta(days=7 + _DAYS.index(audience.settings.weekday))
    day = next_business_day(audience.calendar, first)
    local = datetime.combine(day, audience.settings.at.replace(tzinfo=None), ZoneInfo(audience.zone))
    return local.astimezone(UTC)


def next_business_day(calendar: Calendar | None, day: date) -> date:
    """`day`, or the first one after it on which `calendar` opens; `day` itself where it opens on none of a fortnight."""
    if calendar is None:
        return day
    days = open_days(calendar, day, day + _LONGEST_CLOSED)
    return days[0] if days else day


def due_week(audience: Audience, now: datetime) -> IsoWeek | None:
    """The week whose report should have gone out by `now`; None: none, or it is too late to be of use.

    A report missed while nothing ran is caught up within five days; later the next one is near, and on demand there is any.
    """
    week = IsoWeek.before(now, audience.zone)
    due = (w for w in (week, week.previous(), week.previous().previous()) if sent_at(audience, w) <= now)
    newest = next(due, None)
    return newest if newest is not None and now - sent_at(audience, newest) <= _CAUGHT_UP else None
