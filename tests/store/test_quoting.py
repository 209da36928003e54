"""A literal reads back as the value, whatever the value: a configured pattern or id never becomes SQL."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.query import Query
from store.quoting import identifier, literal
from store.store import Store

HOSTILE = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("'\\\0\n\r\t\b\f\"`%{}$?;-/*")))
CASES = [
    "'",
    "\\",
    "\\'",
    "'; DROP TABLE spans --",
    "\\x41",
    "\\0",
    "%s",
    "{x:String}",
    "$$",
    "a\0b",
    "é\u2028\U0001f480",
    "/*",
    "\\N",
    "",
]


def read_back(store: Store, value: str) -> str:
    return str(store.value(Query("literal", f"SELECT {literal(value)} AS value")))


@pytest.mark.parametrize("value", CASES)
def test_hostile_literal_reads_back(real_store: Store, value: str) -> None:
    assert read_back(real_store, value) == value


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=HOSTILE)
def test_any_literal_reads_back(real_store: Store, value: str) -> None:
    assert read_back(real_store, value) == value


@given(st.text(max_size=20))
def test_identifier_is_a_plain_name_or_refused(name: str) -> None:
    try:
        assert identifier(name).replace("_", "a").isalnum()
    except ValueError as error:
        assert "plain SQL name" in str(error)


@pytest.mark.parametrize("name", ["a b", "a;b", "1a", "", "a.b", "a\n", "é"])
def test_names_that_are_no_identifiers(name: str) -> None:
    with pytest.raises(ValueError, match="plain SQL name"):
        identifier(name)
