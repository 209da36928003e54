"""Weeks, and when a report goes out: its own zone, holidays, changing clocks; held against an independent count of days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reports import AudienceKind, ReportAudience
from reports import audiences, schedule
from reports.audiences import Audience, NoSuchAudience
from reports.weeks import IsoWeek
from tests.reports import world
from tests.support.network import small_network

CONFIGURATION = world.network()


def _audience(
    at: str = "07:00", zone: str = "America/Chicago", weekday: str = "mon", calendar: str | None = "business"
) -> Audience:
    entry = ReportAudience.model_validate({"id": "x", "audience": "leadership", "at": at, "time_zone": zone, "weekday": weekday})
    opened = CONFIGURATION.calendar(calendar) if calendar else None
    return Audience("x", AudienceKind.LEADERSHIP, "X", entry, zone, opened)


def test_a_week_runs_from_monday_in_the_organisations_zone() -> None:
    interval = IsoWeek.parse("2026-W46").interval("America/Chicago")
    assert (interval.start, interval.end) == (datetime(2026, 11, 9, 6, tzinfo=UTC), datetime(2026, 11, 16, 6, tzinfo=UTC))
    assert IsoWeek.parse("2026-W44").interval("America/Chicago").length == timedelta(days=7, hours=1)


def test_weeks_before_cross_the_year_and_a_year_ago_has_the_same_weekdays() -> None:
    assert str(IsoWeek.parse("2027-W01").previous()) == "2026-W53"
    assert str(IsoWeek.parse("2026-W46").back(52)) == "2025-W46"
    assert str(IsoWeek.parse("2027-W01").back(52)) == "2026-W02"


@pytest.mark.parametrize("text", ["", "2026-46", "2026-W54", "2026-W00", "46", "2025-W53"])
def test_what_is_not_a_week_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="2026-W46"):
        IsoWeek.parse(text)


def test_it_goes_out_at_seven_of_its_own_zone() -> None:
    week = IsoWeek.parse("2026-W46")
    assert schedule.sent_at(_audience(), week) == datetime(2026, 11, 16, 13, tzinfo=UTC)
    assert schedule.sent_at(_audience(zone="America/Los_Angeles"), week) == datetime(2026, 11, 16, 15, tzinfo=UTC)
    assert schedule.sent_at(_audience(weekday="wed", at="18:30"), week) == datetime(2026, 11, 19, 0, 30, tzinfo=UTC)


def test_a_holiday_moves_it_to_the_next_business_day() -> None:
    """Memorial Day is Monday, May 25, 2026; Labor Day Monday, September 7."""
    assert schedule.sent_at(_audience(), IsoWeek.parse("2026-W21")) == datetime(2026, 5, 26, 12, tzinfo=UTC)
    assert schedule.sent_at(_audience(), IsoWeek.parse("2026-W36")) == datetime(2026, 9, 8, 12, tzinfo=UTC)
    assert schedule.sent_at(_audience(calendar=None), IsoWeek.parse("2026-W36")) == datetime(2026, 9, 7, 12, tzinfo=UTC)
    assert schedule.sent_at(_audience(weekday="sat"), IsoWeek.parse("2026-W46")).date() == date(2026, 11, 23)


@given(st.integers(0, 500), st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), st.integers(0, 23))
def test_it_always_goes_out_on_the_first_open_day_at_the_wall_clocks_time(weeks: int, weekday: str, hour: int) -> None:
    week = IsoWeek.parse("2022-W01").back(-weeks)
    at = schedule.sent_at(_audience(f"{hour:02d}:00", weekday=weekday), week)
    day = week.monday + timedelta(days=7 + ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(weekday))
    while day.weekday() > 4 or day in holidays.country_holidays("US", years=day.year):
        day += timedelta(days=1)
    assert at == datetime.combine(day, time(hour), ZoneInfo("America/Chicago")).astimezone(UTC)


def test_what_was_missed_is_caught_up_within_five_days_and_never_too_early() -> None:
    audience, due = _audience(), datetime(2026, 11, 16, 13, tzinfo=UTC)
    assert schedule.due_week(audience, due - timedelta(seconds=1)) is None
    assert str(schedule.due_week(audience, due)) == "2026-W46"
    assert str(schedule.due_week(audience, due + timedelta(days=5))) == "2026-W46"
    assert schedule.due_week(audience, due + timedelta(days=5, seconds=1)) is None


def test_a_configuration_without_reports_has_every_audience_and_sends_to_nobody() -> None:
    found = audiences.audiences(small_network())
    assert [a.id for a in found] == ["leadership", "procurement", "finance", "it", "facility:H01", "facility:H03", "facility:H07"]
    assert not any(a.settings.to for a in found)
    assert audiences.find(small_network(), "supplier:ANY").supplier == "ANY"
    with pytest.raises(NoSuchAudience, match=r"There is no report \"board\"; there are leadership, .*supplier:<supplier>"):
        audiences.find(small_network(), "board")


def test_a_facilitys_report_lives_in_its_own_zone() -> None:
    west = audiences.find(small_network(), "facility:H03")
    assert (west.zone, west.name) == ("America/Denver", "H03 West")
    assert west.calendar is not None and west.calendar.id == "business"
