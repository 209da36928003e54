"""Who is on call, beside a walk along the wall clock in steps of a quarter hour that knows nothing of our arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.on_call import schedules
from alerts.on_call.schedules import Shift
from domain.configuration import Configuration
from domain.interval import Interval

QUARTER = timedelta(minutes=15)
PEOPLE = [{"id": name, "name": name.title(), "email": f"{name}@example.org"} for name in ("anna", "ben", "cleo", "dan")]
INTERVALS = [
    {"id": "nights", "spans": [{"times": [{"start": "20:00", "end": "24:00"}, {"start": "00:00", "end": "06:30"}], "time_zone": "America/Chicago"}]},
    {"id": "weekend", "spans": [{"weekdays": ["sat:sun"], "time_zone": "America/Chicago"}]},
]  # fmt: skip


def world(**schedule: Any) -> Configuration:
    given_: dict[str, Any] = {"id": "duty", "time_zone": "America/Chicago", **schedule}
    return Configuration.model_validate({"people": PEOPLE, "time_intervals": INTERVALS, "schedules": [given_]})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _who(configuration: Configuration, when: datetime) -> str:
    return schedules.on_call(configuration.schedules[0], when, configuration).person


def _walked(
    people: list[str], starts: date, turn_days: int, clock: time, zone: str, begin: datetime, end: datetime
) -> dict[datetime, str]:
    """From well before `starts`: whenever the wall clock for the first time shows a hand-over or later, the next person has it."""
    there, due, turn = ZoneInfo(zone), datetime.combine(starts, clock), -1
    when, found = datetime.combine(starts, time(0), tzinfo=UTC) - timedelta(days=2), {}
    while when < end:
        shown = when.astimezone(there).replace(tzinfo=None)
        while shown >= due:
            turn, due = turn + 1, due + timedelta(days=turn_days)
        if when >= begin:
            found[when] = people[turn % len(people)] if turn >= 0 else ""
        when += QUARTER
    return found


@settings(max_examples=40, deadline=None)
@given(
    zone=st.sampled_from(
        ["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "UTC"]
    ),
    starts=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    turn_days=st.sampled_from([1, 2, 7, 14]),
    quarter=st.integers(0, 95),
    people=st.lists(st.sampled_from(["anna", "ben", "cleo", "dan"]), min_size=1, max_size=4, unique=True),
    later=st.integers(-3, 30),
)
def test_turns_are_as_a_walk_along_the_wall_clock_finds_them(
    zone: str, starts: date, turn_days: int, quarter: int, people: list[str], later: int
) -> None:
    clock = time(quarter // 4, quarter % 4 * 15)
    rotation = {"people": people, "starts": starts, "turn_days": turn_days, "hand_over": clock}
    configuration = world(time_zone=zone, rotations=[rotation])
    begin = datetime.combine(starts + timedelta(days=later), time(0), tzinfo=UTC)
    for when, person in _walked(people, starts, turn_days, clock, zone, begin, begin + timedelta(days=2)).items():
        assert _who(configuration, when) == person, when


@pytest.mark.parametrize(
    ("day", "clock", "zone", "begins"),
    [
        (date(2026, 3, 8), time(9), "America/Chicago", "2026-03-08T14:00:00+00:00"),
        (date(2026, 3, 7), time(9), "America/Chicago", "2026-03-07T15:00:00+00:00"),
        (date(2026, 3, 8), time(2, 30), "America/Chicago", "2026-03-08T08:00:00+00:00"),  # skipped: at the jump
        (date(2026, 11, 1), time(1, 30), "America/Chicago", "2026-11-01T06:30:00+00:00"),  # twice: the first passing
        (date(2026, 11, 1), time(9), "America/Chicago", "2026-11-01T15:00:00+00:00"),
        (date(2026, 9, 6), time(0), "America/Santiago", "2026-09-06T04:00:00+00:00"),  # a midnight that does not exist
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:30:00+00:00"),  # a jump of half an hour
        (date(2011, 12, 30), time(9), "Pacific/Apia", "2011-12-30T10:00:00+00:00"),  # a day that does not exist
    ],
)
def test_hand_over_on_days_on_which_the_clock_changes(day: date, clock: time, zone: str, begins: str) -> None:
    assert schedules.wall(day, clock, zone) == at(begins)


def test_a_week_with_a_change_of_the_clock_is_an_hour_shorter_or_longer() -> None:
    configuration = world(rotations=[{"people": ["anna", "ben"], "starts": "2026-01-05"}])
    schedule = configuration.schedules[0]
    found = schedules.shifts(schedule, Interval(at("2026-01-05T15:00:00Z"), at("2026-12-07T15:00:00Z")), configuration)
    hours = {shift.start.date(): (shift.end - shift.start) / timedelta(hours=1) for shift in found}
    assert hours.pop(date(2026, 3, 2)) == 167
    assert hours.pop(date(2026, 10, 26)) == 169
    assert set(hours.values()) == {168}
    assert [shift.person for shift in found[:4]] == ["anna", "ben", "anna", "ben"]


def _brute(configuration: Configuration, within: Interval) -> list[tuple[datetime, str, str]]:
    found: list[tuple[datetime, str, str]] = []
    when = within.start
    while when < within.end:
        duty = schedules.on_call(configuration.schedules[0], when, configuration)
        if not found or found[-1][1:] != (duty.person, duty.why):
            found.append((when, duty.person, duty.why))
        when += QUARTER
    return found


@settings(max_examples=25, deadline=None)
@given(
    begin=st.sampled_from(["2026-03-06", "2026-10-30", "2026-11-24", "2026-12-23", "2026-06-30"]),
    nights=st.sampled_from([{"active": ["nights"]}, {"mute": ["nights"]}, {"active": ["weekend"], "mute": ["nights"]}, {}]),
    holidays=st.sampled_from(["same", "off", "only"]),
    over=st.integers(0, 200),
    lasts=st.integers(1, 120),
    instead=st.sampled_from([None, "anna", "cleo"]),
    away=st.integers(0, 3),
)
def test_shifts_change_exactly_where_somebody_else_is_on_call(
    begin: str, nights: dict[str, Any], holidays: str, over: int, lasts: int, instead: str | None, away: int
) -> None:
    first = at(f"{begin}T06:00:00Z")
    rotations = [
        {
            "people": ["anna", "ben"],
            "starts": "2026-01-05",
            "turn_days": 1,
            "hand_over": "10:00",
            "on_holidays": holidays,
            **nights,
        },
        {"people": ["cleo"], "starts": "2026-01-05"},
    ]
    override = {"person": "dan", "start": first + over * QUARTER, "end": first + (over + lasts) * QUARTER, "instead_of": instead}
    absent = {"person": "anna", "first": first.date() + timedelta(days=away), "last": first.date() + timedelta(days=away)}
    configuration = world(holidays="US-IL", rotations=rotations, overrides=[override], away=[absent])
    within = Interval(first, first + timedelta(days=4))
    found = schedules.shifts(configuration.schedules[0], within, configuration)
    assert [(shift.start, shift.person, shift.why) for shift in found] == _brute(configuration, within)
    assert [shift.end for shift in found] == [*(shift.start for shift in found[1:]), within.end]


ROTATIONS = [{"people": ["anna", "ben"], "starts": "2026-11-02", "hand_over": "09:00"}]


@pytest.mark.parametrize(
    ("schedule", "when", "person", "why"),
    [
        ({}, "2026-11-02T14:59:59Z", "", "nobody"),  # before the first turn
        ({}, "2026-11-02T15:00:00Z", "anna", "rotation 1"),
        ({}, "2026-11-09T14:59:59Z", "anna", "rotation 1"),
        ({}, "2026-11-09T15:00:00Z", "ben", "rotation 1"),
        ({"away": [{"person": "anna", "first": "2026-11-04", "last": "2026-11-04"}]}, "2026-11-04T06:00:00Z", "ben", "rotation 1, for anna"),
        ({"away": [{"person": "anna", "first": "2026-11-04", "last": "2026-11-04"}]}, "2026-11-05T06:00:00Z", "anna", "rotation 1"),
        (
            {"away": [{"person": p, "first": "2026-11-04", "last": "2026-11-04"} for p in ("anna", "ben")]},
            "2026-11-04T18:00:00Z", "", "nobody",
        ),
        ({"overrides": [{"person": "dan", "start": "2026-11-04T00:00:00Z", "end": "2026-11-05T00:00:00Z"}]}, "2026-11-04T00:00:00Z", "dan", "override"),
        ({"overrides": [{"person": "dan", "start": "2026-11-04T00:00:00Z", "end": "2026-11-05T00:00:00Z"}]}, "2026-11-05T00:00:00Z", "anna", "rotation 1"),
        (
            {"overrides": [{"person": "dan", "start": "2026-11-04T00:00:00Z", "end": "2026-11-05T00:00:00Z", "instead_of": "ben"}]},
            "2026-11-04T12:00:00Z", "anna", "rotation 1",
        ),
        (
            {"overrides": [
                {"person": "dan", "start": "2026-11-04T00:00:00Z", "end": "2026-11-05T00:00:00Z"},
                {"person": "cleo", "start": "2026-11-04T10:00:00Z", "end": "2026-11-04T12:00:00Z"},
            ]},
            "2026-11-04T11:00:00Z", "cleo", "override",
        ),
    ],
)  # fmt: skip
def test_overrides_and_absences(schedule: dict[str, Any], when: str, person: str, why: str) -> None:
    configuration = world(**{"rotations": ROTATIONS, **schedule})
    assert schedules.on_call(configuration.schedules[0], at(when), configuration) == schedules.Duty(person, why)


@pytest.mark.parametrize(
    ("day", "person"),
    [
        ("2026-11-25", "anna"),
        ("2026-11-26", "cleo"),  # Thanksgiving: the rotation of holidays
        ("2026-11-27", "anna"),  # not a holiday of US: an ordinary day of the daily turn
        ("2026-12-24", "cleo"),  # the schedule's own
    ],
)
def test_holidays_have_their_own_rotation(day: str, person: str) -> None:
    rotations = [
        {"people": ["cleo"], "starts": "2026-01-01", "on_holidays": "only"},
        {"people": ["anna", "ben"], "starts": "2026-11-25", "turn_days": 1, "hand_over": "00:00", "on_holidays": "off"},
    ]
    configuration = world(holidays="US", closed=["2026-12-24"], rotations=rotations)
    assert _who(configuration, at(f"{day}T18:00:00Z")) == person
    # A holiday begins and ends on the schedule's clock, not at midnight UTC.
    assert _who(configuration, at("2026-11-26T05:59:00Z")) == "anna"
    assert _who(configuration, at("2026-11-27T06:00:00Z")) == "anna"


def test_a_rotation_follows_a_business_calendar() -> None:
    schedule = {
        "id": "duty", "time_zone": "America/Chicago",
        "rotations": [{"people": ["anna"], "starts": "2026-01-01", "active": ["office"]}, {"people": ["ben"], "starts": "2026-01-01"}],
    }  # fmt: skip
    weekly = {day: [{"start": "08:00", "end": "17:00"}] for day in ("mon", "tue", "wed", "thu", "fri")}
    configuration = Configuration.model_validate({
        "people": PEOPLE, "schedules": [schedule],
        "calendars": [{"id": "business", "time_zone": "America/Chicago", "weekly": weekly, "holidays": "US"}],
        "time_intervals": [{"id": "office", "spans": [{"calendar": "business"}]}],
    })  # fmt: skip
    found = schedules.shifts(
        configuration.schedules[0], Interval(at("2026-11-25T06:00:00Z"), at("2026-11-28T06:00:00Z")), configuration
    )
    assert [(shift.person, shift.start.isoformat()) for shift in found] == [
        ("ben", "2026-11-25T06:00:00+00:00"), ("anna", "2026-11-25T14:00:00+00:00"), ("ben", "2026-11-25T23:00:00+00:00"),
        ("anna", "2026-11-27T14:00:00+00:00"), ("ben", "2026-11-27T23:00:00+00:00"),
    ]  # fmt: skip


def test_next_is_the_next_other_person() -> None:
    configuration = world(rotations=ROTATIONS)
    schedule, now = configuration.schedules[0], at("2026-11-04T00:00:00Z")
    assert schedules.after(schedule, now, configuration) == Shift(
        "duty", "ben", "rotation 1", at("2026-11-09T15:00:00Z"), at("2026-11-16T15:00:00Z")
    )
    alone = world(rotations=[{"people": ["anna"], "starts": "2026-01-01"}])
    assert schedules.after(alone.schedules[0], now, alone) is None
