"""One migrated database for a module of tests, emptied before each: migrating takes longer than most tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from domain.configuration import Configuration
from store.engine import Location
from store.migrate import migrate
from store.query import Query
from store.store import Store

_FILLED = Query(
    "test/filled",
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND total_rows > 0 AND name NOT LIKE 'schema%' "
    "AND name NOT LIKE '%generation%'",
)


@contextmanager
def one_store(configuration: Configuration) -> Iterator[Store]:
    """Keep the in-memory engine alive meanwhile, by the fixture `engine`."""
    database = f"t_{uuid.uuid4().hex}"
    opened = Store(Location(database=database))
    try:
        migrate(opened, configuration)
        yield opened
        opened.command(f"DROP DATABASE {database}")
    finally:
        opened.close()


def empty(store: Store) -> None:
    """Takes the rows of every table but the schema's own."""
    for row in store.records(_FILLED):
        store.command(f"TRUNCATE TABLE {row['name']}")
