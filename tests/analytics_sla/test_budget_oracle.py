"""Windows, budgets and exclusions against plain Python: every minute looked at one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.sla import windows
from analytics.sla.budgets import exhausted_in
from domain.budgets import DEFAULT_TIERS, AlignedWindow
from domain.exclusions import Exclusion
from domain.interval import Interval

HOURS = st.integers(0, 3 * 1440)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda local: local.replace(tzinfo=UTC))  # noqa: DTZ001


@given(st.sets(HOURS, min_size=2, max_size=8))
def test_slots_cover_every_minute_of_a_window_once(minutes: set[int]) -> None:
    bounds = tuple(60 * minute for minute in sorted(minutes))
    slots = windows.slots(bounds)
    lengths = [(at, 1) for at in slots.minutes] + [(at, 5) for at in slots.fives] + [(at, 60) for at in slots.hours]
    covered = sorted(at // 60 + n for at, length in lengths for n in range(length))
    assert covered == list(range(bounds[0] // 60, bounds[-1] // 60))
    for bound in bounds:
        assert not any(at < bound < at + 60 * length for at, length in lengths)
    assert all(at % 300 == 0 for at in slots.fives)
    assert all(at % 3600 == 0 for at in slots.hours)


@settings(max_examples=60)
@given(
    st.sampled_from(["1d", "1w", "2w", "1M", "1Q", "1Y"]),
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "UTC"]),
    INSTANTS,
)
def test_calendar_periods_begin_on_the_wall_clock_and_leave_no_gap(every: str, zone: str, instant: datetime) -> None:
    aligned = AlignedWindow.model_validate({"every": every, "start": "2022-01-01 12:00:00", "time_zone": zone})
    period = aligned.period(instant)
    assert period.start <= instant < period.end
    assert aligned.period(period.end).start == period.end
    local = period.start.astimezone(ZoneInfo(zone))
    assert (local.hour, local.minute) == (12, 0)
    assert local.day == 1 or every[-1] in "dw"
    days = (period.end.astimezone(ZoneInfo(zone)).date() - local.date()).days
    assert days in {"1d": {1}, "1w": {7}, "2w": {14}, "1M": {28, 29, 30, 31}, "1Q": {90, 91, 92}, "1Y": {365, 366}}[every]
    assert period.length <= aligned.longest
    assert aligned.boundaries(period.start, period.end)[:1] == (period.end,)


def test_a_day_of_the_clock_change_has_its_own_length() -> None:
    daily = AlignedWindow.model_validate({"every": "1d", "start": "2026-01-01", "time_zone": "America/Chicago"})
    noon = datetime(2026, 11, 1, 18, tzinfo=UTC)
    assert daily.period(noon).length == timedelta(hours=25)
    assert daily.period(noon - timedelta(days=238)).length == timedelta(hours=23)


@given(INSTANTS, st.integers(1, 400))
def test_recurring_maintenance_keeps_its_hour_across_clock_changes(start: datetime, days: int) -> None:
    every = Exclusion.model_validate(
        {
            "id": "x",
            "name": "X",
            "start": "2025-06-01T07:00:00Z",
            "rule": "FREQ=WEEKLY;BYDAY=SU",
            "lasts": "2h",
            "time_zone": "America/Chicago",
        }
    )
    within = Interval(start, start + timedelta(days=days))
    found = every.occurrences(within)
    zone, day = ZoneInfo("America/Chicago"), timedelta(days=1)
    expected = []
    date = start.astimezone(zone).date() - 2 * day
    while date <= within.end.astimezone(zone).date() + day:
        begins = datetime(date.year, date.month, date.day, 2, tzinfo=zone).astimezone(UTC)
        if (
            date.weekday() == 6
            and date >= datetime(2025, 6, 1, tzinfo=zone).date()
            and begins < within.end
            and begins + timedelta(hours=2) > start
        ):
            expected.append(Interval(begins, begins + timedelta(hours=2)))
        date += day
    assert list(found) == expected


@pytest.mark.parametrize(
    ("days", "burns"), [(30, (14.4, 6.0, 3.0, 1.0)), (28, (13.44, 5.6, 2.8, 0.9333333333)), (7, (3.36, 1.4, 1.0, 0.9333333333))]
)
def test_tiers_follow_the_window(days: int, burns: tuple[float, ...]) -> None:
    found = [tier.threshold(timedelta(days=days), 0.999) for tier in DEFAULT_TIERS]
    assert found == pytest.approx(burns)


def test_no_tier_asks_for_more_than_everything_bad() -> None:
    assert DEFAULT_TIERS[0].threshold(timedelta(days=30), 0.9) == pytest.approx(10)


@pytest.mark.parametrize(
    ("left", "burn", "seconds"),
    [(0.5, 2.0, 0.25 * 86400), (-0.1, 1.0, 0.0), (0.5, 0.0, None), (0.5, None, None), (None, 1.0, None), (0.0, None, 0.0)],
)
def test_time_to_exhaustion(left: float | None, burn: float | None, seconds: float | None) -> None:
    assert exhausted_in(left, burn, 86400) == seconds
