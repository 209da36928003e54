"""Times of day, week, month and year against a calculation of their own; matchers as Alertmanager reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.conditions import Batch
from domain.matchers import MatchingRule, parse_matcher
from domain.time_intervals import DAYS, TimeSpan

_ZONES = ("UTC", "America/Chicago", "Europe/Berlin", "Asia/Kathmandu")


def _last_day(local: datetime) -> int:
    """The day before the next month's first, found by walking."""
    day = local.replace(tzinfo=None)
    while (day + timedelta(days=1)).month == local.month:
        day += timedelta(days=1)
    return day.day


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made aware below
    st.sampled_from(_ZONES),
    st.integers(1, 31),
    st.integers(1, 31),
    st.booleans(),
)
def test_days_of_a_month_count_from_either_end(at: datetime, zone: str, first: int, length: int, from_the_end: bool) -> None:
    last = min(31, first + length)
    written = f"-{last}:-{first}" if from_the_end else f"{first}:{last}"
    span = TimeSpan.model_validate({"days_of_month": [written], "time_zone": zone})
    local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    day = _last_day(local) + 1 - local.day if from_the_end else local.day
    assert span.holds(at.replace(tzinfo=UTC)) == (first <= day <= last)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.sampled_from(_ZONES), st.integers(0, 6), st.integers(0, 1439))  # noqa: DTZ001
def test_days_and_times_are_of_the_wall_clock(at: datetime, zone: str, day: int, minute: int) -> None:
    span = TimeSpan.model_validate({
        "weekdays": [DAYS[day]], "time_zone": zone, "times": [{"start": minute, "end": min(1440, minute + 60)}],
    })  # fmt: skip
    local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    shown = int(local.strftime("%H")) * 60 + int(local.strftime("%M"))
    assert span.holds(at.replace(tzinfo=UTC)) == (local.strftime("%a").lower() == DAYS[day] and minute <= shown < minute + 60)


def test_a_skipped_hour_never_comes_and_a_repeated_one_comes_twice() -> None:
    span = TimeSpan.model_validate({"times": [{"start": "02:00", "end": "03:00"}], "time_zone": "America/Chicago"})
    spring, autumn = datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    assert not any(span.holds(spring + timedelta(minutes=n)) for n in range(360, 1740))
    repeated = TimeSpan.model_validate({"times": [{"start": "01:00", "end": "02:00"}], "time_zone": "America/Chicago"})
    assert sum(repeated.holds(autumn + timedelta(minutes=n)) for n in range(300, 1740)) == 120


def test_months_and_years_by_name_or_number() -> None:
    span = TimeSpan.model_validate({"months": ["jan:mar", "12"], "years": ["2026:2027"]})
    assert span.holds(datetime(2026, 12, 31, tzinfo=UTC))
    assert not span.holds(datetime(2026, 4, 1, tzinfo=UTC))
    assert not span.holds(datetime(2028, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "labels", "holds"),
    [
        ('a="x"', {"a": ("x",)}, True), ("a=x", {"a": ("x", "y")}, True), ('a!="x"', {"a": ("x", "y")}, False), ('a=""', {}, True),
        ('a!=""', {}, False), ('a=~"x.*"', {"a": ("xyz",)}, True), ('a=~"x"', {"a": ("xyz",)}, False), ('a!~"x|y"', {"a": ("z",)}, True),
        ('a=~".+"', {}, False), (r'a="say \"x\""', {"a": ('say "x"',)}, True), (r'a=~"\d+"', {"a": ("42",)}, True),
    ],
)  # fmt: skip
def test_matchers(written: str, labels: dict[str, tuple[str, ...]], holds: bool) -> None:
    assert parse_matcher(written).matches(labels) is holds


@given(st.from_regex(r"\A[a-z_]{1,8}\Z"), st.sampled_from(["=", "!="]), st.text(max_size=20))
def test_a_matcher_written_down_reads_back(name: str, op: Any, value: str) -> None:
    rule = MatchingRule(name=name, op=op, value=value)
    written = Batch.model_validate({"id": "b", "kind": "batch", "where": (rule,)}).model_dump(mode="json")["where"]
    assert [parse_matcher(text) for text in written] == [rule]


@pytest.mark.parametrize("written", ["a", "a ~ b", '="x"', 'a=~"("', "1a=x"])
def test_what_is_no_matcher_is_refused(written: str) -> None:
    with pytest.raises((ValueError, ValidationError)):
        parse_matcher(written)
