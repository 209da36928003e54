"""Statements are read once by the client library, and what it finds in them stays the same."""

from __future__ import annotations

import pytest
from clickhouse_connect.driver import _backendclient

from store import statements
from store.query import Query
from store.store import Store


def test_every_reader_of_the_library_remembers() -> None:
    """One that is missing has another name in this version: each statement would be read letter by letter every time."""
    wanted = [f"{module.__name__}.{name}" for module, names in statements._READERS for name in names]
    assert statements.read_once() == wanted


def test_a_statement_asked_again_is_not_read_again(store: Store) -> None:
    asked = Query("test/read_once", "SELECT {number:UInt8} AS n -- ; asked twice")
    reader = _backendclient._query_is_read_only
    assert [store.value(asked, number=1), store.value(asked, number=2)] == [1, 2]
    before = reader.cache_info()  # type: ignore[attr-defined]
    assert store.value(asked, number=3) == 3
    after = reader.cache_info()  # type: ignore[attr-defined]
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)


@pytest.mark.parametrize("name", ["_query_is_read_only"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "-- ; \nWITH 1 AS a SELECT a",
        "INSERT INTO t VALUES (1)",
        "SELECT 1; DROP TABLE t",
        "ALTER TABLE t DELETE WHERE 1",
    ],
)
def test_what_is_remembered_is_what_the_library_finds(name: str, statement: str) -> None:
    remembering = getattr(_backendclient, name)
    assert [remembering(statement), remembering(statement)] == [remembering.__wrapped__(statement)] * 2
