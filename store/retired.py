"""What is left of generations that nobody reads any more: their views and rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.query import Query
from store.store import Store

_VIEWS = Query.beside(__file__, "generation_views.sql")
_PARTITIONS = Query.beside(__file__, "generation_partitions.sql")
_SWITCHED = Query("generations/switched", "SELECT max(switched) FROM active_generation")
# A query that has just asked which generation is active still reads the old one's rows.
_READERS_GONE = timedelta(seconds=10)
# Rows of before there were generations, by what rules had made them from.
_RULED_SOURCES = {"milestones": "'span'", "failures": "'span', 'batch', 'event'"}


def drop_others(store: Store, kept: int) -> bool:
    """Drop every generation but the active one `kept`; False while a reader may still be at them."""
    if store.value(_SWITCHED) > datetime.now(UTC) - _READERS_GONE:
        return False
    for number in sorted({*_with_views(store), *(n for _, n in _with_rows(store))} - {0, kept}):
        drop(store, number)
    for table in {table for table, number in _with_rows(store) if number == 0}:
        store.command(f"ALTER TABLE {table} DELETE WHERE generation = 0 AND source IN ({_RULED_SOURCES[table]})")
    return True


def drop(store: Store, number: int) -> None:
    """The views first: they would go on filling."""
    for name in _with_views(store).get(number, ()):
        store.command(f"DROP VIEW IF EXISTS {name} SYNC")
    for table, generation in _with_rows(store):
        if generation == number:
            store.command(f"ALTER TABLE {table} DROP PARTITION {number}")


def _with_views(store: Store) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in store.records(_VIEWS):
        found.setdefault(int(row["name"].rpartition("_")[2]), []).append(row["name"])
    return found


def _with_rows(store: Store) -> list[tuple[str, int]]:
    return [(row["table"], row["generation"]) for row in store.records(_PARTITIONS)]
