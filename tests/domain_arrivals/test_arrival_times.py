"""Due times on the wall clock, across daylight saving, holidays and ends of months."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.arrival_times import TooManyArrivals, due_times, expected
from domain.arrivals import Arrival
from domain.calendars import Calendar
from domain.interval import Interval

ZONES = ("America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata")
WEEKDAYS = {d: [{"start": "08:00", "end": "17:00"}] for d in ("mon", "tue", "wed", "thu", "fri")}
BUSINESS = Calendar.model_validate({"id": "b", "time_zone": "America/Chicago", "weekly": WEEKDAYS, "holidays": "US"})
# Federal holidays on weekdays, as the government lists them for 2026.
HOLIDAYS_2026 = {
    date(2026, *d) for d in ((1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 3), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25))
}
YEAR = Interval(datetime(2026, 1, 1, 6, tzinfo=UTC), datetime(2027, 1, 1, 6, tzinfo=UTC))


def _arrival(**given: object) -> Arrival:
    return Arrival.model_validate({"id": "a", "job": "j", "time_zone": "America/Chicago"} | given)


def _walls(zone: str, day: date, at: time) -> list[datetime]:
    """Instants at which the wall clock shows `at` on `day`, found by looking at every minute of three days."""
    first = datetime.combine(day, time(), UTC) - timedelta(days=1)
    instants = (first + timedelta(minutes=n) for n in range(3 * 1440))
    return [i for i in instants if i.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.combine(day, at)]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2015, 1, 3), date(2030, 12, 20)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_a_daily_arrival_comes_once_each_day_at_its_wall_time(zone: str, day: date, at: time) -> None:
    start = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=6)
    rule = _arrival(time_zone=zone, rule="FREQ=DAILY", starts=datetime.combine(date(2015, 1, 1), at))
    cron = _arrival(time_zone=zone, cron=f"{at.minute} {at.hour} * * *")
    for arrival in (rule, cron):
        found = due_times(arrival, None, Interval(start, start + timedelta(hours=36)))
        today = [t for t in found if t.astimezone(ZoneInfo(zone)).date() == day]
        walls = _walls(zone, day, at)
        if walls:
            assert today == [walls[0]], "a repeated time counts the first time"
        else:
            assert len([t for t in found if abs((t.astimezone(ZoneInfo(zone)).date() - day).days) <= 1]) >= 1


@pytest.mark.parametrize("year", range(2024, 2030))
def test_the_skipped_and_the_repeated_hour_in_chicago(year: int) -> None:
    spring = next(date(year, 3, d) for d in range(8, 15) if date(year, 3, d).weekday() == 6)
    autumn = next(date(year, 11, d) for d in range(1, 8) if date(year, 11, d).weekday() == 6)
    day = lambda d: Interval(datetime(d.year, d.month, d.day, 5, tzinfo=UTC), datetime(d.year, d.month, d.day, 23, tzinfo=UTC))  # noqa: E731
    gap_ends = datetime(year, 3, spring.day, 8, tzinfo=UTC)
    assert due_times(_arrival(cron="30 2 * * *"), None, day(spring)) == (gap_ends,)
    assert due_times(_arrival(rule="FREQ=DAILY", starts="2020-01-01T02:30:00"), None, day(spring)) == (
        gap_ends + timedelta(minutes=30),
    )
    assert due_times(_arrival(cron="30 1 * * *"), None, day(autumn)) == (datetime(year, 11, autumn.day, 6, 30, tzinfo=UTC),)
    hourly = due_times(_arrival(cron="0 * * * *"), None, day(autumn))
    assert len(hourly) == 18 == len(set(hourly)), "an hourly file is due through both of the repeated hours"


def test_open_days_leave_out_weekends_and_holidays() -> None:
    found = due_times(_arrival(open_days={"at": "06:00"}, calendar="b"), BUSINESS, YEAR)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [t.astimezone(ZoneInfo("America/Chicago")).date() for t in found] == [
        d for d in days if d.weekday() < 5 and d not in HOLIDAYS_2026
    ]
    assert {t.astimezone(ZoneInfo("America/Chicago")).time() for t in found} == {time(6)}


def test_the_first_and_last_open_days_of_each_month() -> None:
    found = due_times(_arrival(open_days={"at": "06:00", "nth": [2, -1]}, calendar="b"), BUSINESS, YEAR)
    wanted = []
    for month in range(1, 13):
        days = [date(2026, month, 1) + timedelta(days=n) for n in range(31)]
        open_ = [d for d in days if d.month == month and d.weekday() < 5 and d not in HOLIDAYS_2026]
        wanted += [open_[1], open_[-1]]
    assert [t.astimezone(ZoneInfo("America/Chicago")).date() for t in found] == wanted


@pytest.mark.parametrize(("choice", "days"), [("keep", [3]), ("skip", []), ("next_open_day", [6]), ("previous_open_day", [2])])
def test_an_arrival_on_a_holiday_stays_leaves_or_moves(choice: str, days: list[int]) -> None:
    arrival = _arrival(rule="FREQ=YEARLY", starts="2020-07-03T06:00:00", calendar="b", on_closed_day=choice)
    assert [t.day for t in due_times(arrival, BUSINESS, YEAR)] == days


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["0 6 * * 1-5", "*/20 * * * *", "15 3 1,15 * *", "0 0 * * 0"]), st.integers(0, 700), st.integers(1, 20))
def test_any_range_gives_the_same_arrivals_as_a_longer_one(cron: str, start: int, length: int) -> None:
    first = datetime(2025, 12, 1, tzinfo=UTC) + timedelta(hours=9 * start)
    within = Interval(first, first + timedelta(days=length))
    longer = Interval(first - timedelta(days=9), within.end + timedelta(days=9))
    arrival = _arrival(cron=cron, early="1h")
    found = expected(arrival, None, within)
    assert found == tuple(e for e in expected(arrival, None, longer) if within.start <= e.due < within.end)
    assert all(
        b.opens >= a.due and e.opens <= e.due <= e.late_after <= e.missed_after for a, b in pairwise(found) for e in (a, b)
    )


def test_since_leaves_out_what_was_before_and_too_many_are_refused() -> None:
    assert due_times(_arrival(cron="0 6 * * *", since="2026-12-30"), None, YEAR)[0].day == 30
    with pytest.raises(TooManyArrivals, match="more than 20,000"):
        due_times(_arrival(cron="*/5 * * * *"), None, YEAR)
