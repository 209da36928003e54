"""Open time against an oracle that asks the wall clock minute by minute, across every kind of clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.business_time import add_business, business_between, deadline_on, open_days, open_time
from domain.calendars import Calendar

MINUTE = timedelta(minutes=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A few days before a clock change of each zone, and one zone of half-hour shifts.
CHANGES = {
    "America/Chicago": (datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)),
    "Europe/Berlin": (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)),
}

clock_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
hours = st.builds(lambda a, b: {"start": min(a, b), "end": max(a, b)}, clock_times, clock_times).filter(
    lambda h: h["start"] < h["end"]
)
calendars = st.builds(
    lambda zone, weekly, closed, opened: Calendar.model_validate(
        {"id": "c", "time_zone": zone, "weekly": weekly, "closed": closed, "open": opened, "holidays": "US"}
    ),
    st.sampled_from(sorted(CHANGES)),
    st.dictionaries(st.sampled_from(DAYS), st.lists(hours, min_size=1, max_size=2).map(tuple), min_size=1),
    st.lists(st.dates(date(2026, 3, 6), date(2026, 3, 11)), max_size=2).map(tuple),
    st.lists(st.dates(date(2026, 10, 31), date(2026, 11, 4)), max_size=2).map(tuple),
)
# US federal holidays within the days the oracle walks: none falls there but Columbus Day.
HOLIDAYS = {date(2026, 10, 12)}


def _open_at(calendar: Calendar, instant: datetime) -> bool:
    """Straight from the definition: what does the wall clock say?"""
    local = instant.astimezone(ZoneInfo(calendar.time_zone))
    day, now = local.date(), local.time().replace(tzinfo=None)
    if day in calendar.closed:
        return False
    usual = calendar.weekly.get(DAYS[day.weekday()], ())
    if day in calendar.open:
        usual = usual or next(calendar.weekly[d] for d in DAYS if calendar.weekly.get(d))
    elif day in HOLIDAYS:
        return False
    return any(h.start <= now < h.end for h in usual)


def _walk(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    total, at = timedelta(0), start
    while at < end:
        total += MINUTE if _open_at(calendar, at) else timedelta(0)
        at += MINUTE
    return total


@settings(max_examples=60, deadline=None)
@given(calendar=calendars, which=st.integers(0, 1), offset=st.integers(0, 4000), length=st.integers(0, 4000))
def test_open_time_is_what_the_wall_clock_shows(calendar: Calendar, which: int, offset: int, length: int) -> None:
    start = CHANGES[calendar.time_zone][which] + offset * MINUTE
    assert business_between(calendar, start, start + length * MINUTE) == _walk(calendar, start, start + length * MINUTE)


@settings(max_examples=60, deadline=None)
@given(calendar=calendars, which=st.integers(0, 1), offset=st.integers(0, 4000), minutes=st.integers(1, 3000))
def test_due_is_the_first_instant_with_the_duration_behind_it(calendar: Calendar, which: int, offset: int, minutes: int) -> None:
    start = CHANGES[calendar.time_zone][which] + offset * MINUTE
    due = add_business(calendar, start, minutes * MINUTE)
    assert business_between(calendar, start, due) == minutes * MINUTE
    assert business_between(calendar, start, due - MINUTE) == (minutes - 1) * MINUTE


@settings(max_examples=40, deadline=None)
@given(calendar=calendars, cut=st.integers(0, 20000))
def test_parts_add_up_to_the_whole(calendar: Calendar, cut: int) -> None:
    start, end = datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)
    middle = start + cut * MINUTE
    assert business_between(calendar, start, middle) + business_between(calendar, middle, end) == business_between(
        calendar, start, end
    )


def _weekdays(**more: object) -> Calendar:
    weekly = {d: [{"start": "08:00", "end": "17:00"}] for d in DAYS[:5]}
    return Calendar.model_validate({"id": "business", "time_zone": "America/Chicago", "weekly": weekly, "holidays": "US", **more})


def test_thanksgiving_moves_the_due_time_to_friday() -> None:
    wednesday = datetime(2026, 11, 25, 22, tzinfo=UTC)
    assert add_business(_weekdays(), wednesday, timedelta(hours=2)) == datetime(2026, 11, 27, 15, tzinfo=UTC)


def test_a_duration_used_up_at_closing_time_is_due_then_and_not_next_morning() -> None:
    morning = datetime(2026, 11, 18, 14, tzinfo=UTC)
    assert add_business(_weekdays(), morning, timedelta(hours=9)) == datetime(2026, 11, 18, 23, tzinfo=UTC)


def test_exceptions_by_date() -> None:
    saturday, holiday = date(2026, 11, 21), date(2026, 11, 26)
    calendar = _weekdays(open=[saturday, holiday], closed=[date(2026, 11, 23)])
    assert open_days(calendar, saturday, holiday) == (saturday, date(2026, 11, 24), date(2026, 11, 25), holiday)


def test_hours_past_midnight_and_a_whole_day() -> None:
    night = Calendar.model_validate({"id": "n", "time_zone": "UTC", "weekly": {"mon": [{"start": "22:00", "end": "06:00"}]}})
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    (opening,) = open_time(night, monday, monday + timedelta(days=3)).openings
    assert (opening.start, opening.end) == (monday + timedelta(hours=22), monday + timedelta(hours=30))
    whole = Calendar.model_validate({"id": "w", "time_zone": "UTC", "weekly": {"mon": [{"start": "00:00", "end": "00:00"}]}})
    assert business_between(whole, monday, monday + timedelta(days=7)) == timedelta(days=1)


def test_always_open_is_wall_time() -> None:
    always = Calendar(id="always", time_zone="America/Chicago", always_open=True)
    start = datetime(2026, 3, 8, tzinfo=UTC)
    assert add_business(always, start, timedelta(seconds=5)) == start + timedelta(seconds=5)
    assert business_between(always, start + timedelta(days=1), start) == -timedelta(days=1)


def test_deadline_follows_the_zone() -> None:
    assert deadline_on(_weekdays(), date(2026, 7, 1), time(6)) == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert deadline_on(_weekdays(), date(2026, 12, 1), time(6)) == datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_mistakes_are_named() -> None:
    never = Calendar(id="never", time_zone="UTC")
    with pytest.raises(ValueError, match='"never" is not open'):
        add_business(never, datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1))
    with pytest.raises(ValueError, match='"Mars/Base" is unknown'):
        business_between(_weekdays(time_zone="Mars/Base"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    with pytest.raises(ValueError, match='No holidays are known for "XX"'):
        business_between(_weekdays(holidays="XX"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
