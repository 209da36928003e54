"""Migrated databases, used again when a test left their schema as it was."""

from __future__ import annotations

import uuid

from domain.configuration import Configuration
from store.engine import Location
from store.errors import StoreError
from store.migrate import migrate
from store.query import Query
from store.store import Store

_SCHEMA = Query(
    "test/schema",
    "SELECT cityHash64(groupArray((name, uuid, metadata_modification_time))) FROM"
    " (SELECT name, uuid, metadata_modification_time FROM system.tables WHERE database = currentDatabase() ORDER BY name)",
)
_FILLED = Query(
    "test/filled", "SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase() AND active ORDER BY table"
)
# What migrating itself wrote.
_OF_THE_SCHEMA = ("schema_migrations", "schema_views", "generations", "active_generation", "generation_pieces")
_COUNTS = Query(
    "test/counts",
    "SELECT (SELECT count() FROM schema_migrations), (SELECT count() FROM schema_views), (SELECT count() FROM generations), (SELECT count() FROM active_generation)",
)


class Databases:
    """A database is handed out again under the same configuration, emptied; one whose schema changed is dropped."""

    def __init__(self) -> None:
        self._free: dict[str, list[Store]] = {}
        self._as_migrated: dict[str, tuple[object, ...]] = {}

    def take(self, configuration: Configuration) -> Store:
        free = self._free.setdefault(configuration.fingerprint, [])
        if free:
            return free.pop()
        opened = Store(Location(database=f"t_{uuid.uuid4().hex}"))
        migrate(opened, configuration)
        self._as_migrated[opened.location.database] = _state(opened)
        return opened

    def give_back(self, store: Store, configuration: Configuration) -> None:
        if not self._as_it_was(store):
            store.command(f"DROP DATABASE IF EXISTS {store.location.database}")
            store.close()
            return
        for row in store.records(_FILLED):
            if row["table"] not in _OF_THE_SCHEMA:
                store.command(f"TRUNCATE TABLE {row['table']}")
        self._free[configuration.fingerprint].append(store)

    def _as_it_was(self, store: Store) -> bool:
        try:
            return _state(store) == self._as_migrated[store.location.database]
        except StoreError:  # A test may have taken the database away.
            return False


def _state(store: Store) -> tuple[object, ...]:
    """Everything that says whether the database is as migrating left it, rows aside."""
    return (store.value(_SCHEMA), *store.records(_COUNTS)[0].values())
