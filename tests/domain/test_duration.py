"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import parse_duration

UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
parts = st.lists(st.tuples(st.integers(0, 999), st.sampled_from(sorted(UNITS))), min_size=1, max_size=5)


@given(parts, st.sampled_from(["", " ", "  "]))
def test_parts_add_up_whatever_stands_between_them(written: list[tuple[int, str]], gap: str) -> None:
    expected = sum((timedelta(**{UNITS[unit]: number}) for number, unit in written), timedelta())
    assert parse_duration(gap.join(f"{n}{u}" for n, u in written)) == pytest.approx(expected, abs=timedelta(milliseconds=1))


@given(st.text(max_size=12))
def test_text_is_a_duration_or_refused_with_an_example(text: str) -> None:
    try:
        assert parse_duration(text) >= timedelta(0)
    except ValueError as error:
        assert "write for example" in str(error)


@pytest.mark.parametrize("text", ["", "2 seconds", "4", "h", "-4h", "4h later", "1,5h", "∞", "999999999999w"])
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


def test_a_timedelta_stays_what_it_is() -> None:
    assert parse_duration(timedelta(hours=4)) == timedelta(hours=4)
