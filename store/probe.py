"""Try an INSERT where it stores nothing: the same tables with the Null engine, the same views between them.

Views are not atomic: an INSERT that one of them refuses may lie in the tables of the others. So which request of a batch is to blame
is never found out on the tables themselves.
"""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from store.query import Query
from store.quoting import identifier
from store.store import Store

_OBJECTS = Query("probe/objects", "SELECT name, engine, create_table_query FROM system.tables WHERE database = currentDatabase()")
_PREFIX = "probe_"


@contextmanager
def probe(store: Store) -> Iterator[Store]:
    """A store of the same shape that keeps nothing, for the length of the block. Raises StoreError when it cannot be made."""
    objects = store.records(_OBJECTS)
    tables = {row["name"] for row in objects if "View" not in row["engine"]}
    name = f"{_PREFIX}{uuid.uuid4().hex[:12]}"
    trial = Store(dataclasses.replace(store.location, database=name))
    try:
        source = identifier(store.location.database)
        for table in sorted(tables):
            trial.command(f"CREATE TABLE {identifier(table)} AS {source}.{identifier(table)} ENGINE = Null")
        for row in objects:
            if row["engine"] == "MaterializedView":
                trial.command(_moved(row["create_table_query"], store.location.database, name, tables | {row["name"]}))
        yield trial
    finally:
        try:
            trial.command(f"DROP DATABASE IF EXISTS {identifier(name)}")
        finally:
            trial.close()


def _moved(statement: str, database: str, to: str, names: set[str]) -> str:
    """The view's statement as the engine writes it, every table named with its database, moved to another one."""
    qualified = re.compile(rf"(?<![\w.'])`?{re.escape(database)}`?\.`?(\w+)`?")
    return qualified.sub(lambda found: f"{to}.{found[1]}" if found[1] in names else found[0], statement)
