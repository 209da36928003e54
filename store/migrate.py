"""Numbered migrations, applied in order and once; views follow the configuration (store.succession)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.configuration import Configuration
from store import succession
from store.backfill import is_small
from store.query import Query
from store.store import Store

_FOLDER = Path(__file__).parent / "migrations"
_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations
(number UInt32, name String, applied DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = ReplacingMergeTree ORDER BY number
"""
_VIEWS = """
CREATE TABLE IF NOT EXISTS schema_views
(name String, definition String, applied DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = ReplacingMergeTree(applied) ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    statements: tuple[str, ...]


def declared() -> tuple[Migration, ...]:
    """Every migration file, in order."""
    return tuple(_read(path) for path in sorted(_FOLDER.glob("[0-9]*.sql")))


def pending(store: Store) -> tuple[Migration, ...]:
    """Migrations this store has not applied; reads only."""
    exists = Query(
        "migrate/ledger", "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'"
    )
    if not store.value(exists):
        return declared()
    done = {row["number"] for row in store.records(Query("migrate/done", "SELECT number FROM schema_migrations"))}
    return tuple(m for m in declared() if m.number not in done)


def migrate(store: Store, configuration: Configuration, dry_run: bool = False) -> tuple[str, ...]:
    """Bring the store to the declared schema and the views to `configuration`; returns what was (or would be) run.

    Changed rules begin a generation. In a small store it is active on return; otherwise `succession.advance` fills it, and
    readers see the one before until then.
    Each applied migration is recorded after its statements; one that failed half-way is refused by the engine when
    run again, by the name of the table that exists already.
    """
    statements: list[str] = []
    if not dry_run:
        store.command(_LEDGER)
        store.command(_VIEWS)
    for migration in pending(store):
        statements += migration.statements
        if not dry_run:
            for statement in migration.statements:
                store.command(statement)
            store.insert("schema_migrations", [{"number": migration.number, "name": migration.name}])
    if dry_run:
        statements += succession.planned(store, configuration, blank=len(pending(store)) == len(declared()))
        return tuple(statements)
    statements += succession.begin(store, configuration)
    while is_small(store) and succession.advance(store, configuration):
        pass
    return tuple(statements)


def _read(path: Path) -> Migration:
    number, _, name = path.stem.partition("_")
    statements = tuple(s.strip() for s in path.read_text().split(";\n") if s.strip())
    return Migration(int(number), name, tuple(s.rstrip(";") for s in statements))
