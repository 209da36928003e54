"""Try an INSERT where it stores nothing: the same tables with the Null engine, the same views between them.

Views are not atomic: an INSERT that one of them refuses may lie in the tables of the others. So which request of a batch is to blame,
and which view refuses it, is never found out on the tables themselves.
"""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from store.errors import Reason, StoreError, reason
from store.native import Block
from store.query import Query
from store.quoting import identifier
from store.store import Store

Attempt = Callable[[Store], None]
_OBJECTS = Query("probe/objects", "SELECT name, engine, create_table_query FROM system.tables WHERE database = currentDatabase()")
_PREFIX = "probe_"
_ENDS = re.compile(r"^CREATE MATERIALIZED VIEW \S+ TO \S+?\.`?(?P<target>\w+)`?[\s(]")


@dataclass(frozen=True)
class _Shape:
    """Tables and materialized views of one database; view → its statement as the engine writes it."""

    database: str
    tables: frozenset[str]
    views: Mapping[str, str]

    def moved(self, view: str, to: str) -> str:
        """The view's statement, every table named with its database, in another one."""
        names = self.tables | {view}
        return self._qualified.sub(lambda found: f"{to}.{found[1]}" if found[1] in names else found[0], self.views[view])

    def target(self, view: str) -> str:
        found = _ENDS.match(self.views[view])
        assert found, f"{view} is no view into a table"
        return found["target"]

    def feeding(self, view: str) -> list[str]:
        """The views whose rows this one is made of, the farthest first."""
        query = self.views[view].split(" AS ", 1)[1]
        read = {found[1] for found in self._qualified.finditer(query)}
        before = [other for other in sorted(self.views) if other != view and self.target(other) in read]
        return list(dict.fromkeys(one for other in before for one in (*self.feeding(other), other)))

    @cached_property
    def _qualified(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.'])`?{re.escape(self.database)}`?\.`?(\w+)`?")


@contextmanager
def probe(store: Store) -> Iterator[Store]:
    """A store of the same shape that keeps nothing, for the length of the block. Raises StoreError when it cannot be made."""
    shape = _shape(store)
    with _trial(store, shape) as trial:
        for view in shape.views:
            trial.command(shape.moved(view, trial.location.database))
        yield trial


def refusing_views(store: Store, attempt: Attempt) -> tuple[str, ...]:
    """The views that throw for what `attempt` inserts, each tried with those that feed it; none when it fails without any.

    Raises StoreError when the engine is away meanwhile.
    """
    shape = _shape(store)
    with _trial(store, shape) as trial:
        if _refused(attempt, trial):
            return ()
        ordered = sorted(shape.views, key=lambda name: (len(shape.feeding(name)), name))
        return tuple(_refusing(trial, shape, ordered, attempt))


def _refusing(trial: Store, shape: _Shape, views: Sequence[str], attempt: Attempt) -> list[str]:
    """Those of `views` that throw; the others are in `trial` afterwards."""
    for view in views:
        trial.command(shape.moved(view, trial.location.database))
    if not _refused(attempt, trial):
        return []
    for view in views:
        trial.command(f"DROP VIEW {identifier(view)} SYNC")
    if len(views) == 1:
        return list(views)
    middle = len(views) // 2
    return _refusing(trial, shape, views[:middle], attempt) + _refusing(trial, shape, views[middle:], attempt)


def rows_of_view(store: Store, view: str, attempt: Attempt) -> Block | None:
    """What `view` makes of what `attempt` inserts, as rows of its table; None when it makes none, or is there no more."""
    shape = _shape(store)
    if view not in shape.views:
        return None
    target = shape.target(view)
    with _trial(store, shape, kept=target) as trial:
        for name in (*shape.feeding(view), view):
            trial.command(shape.moved(name, trial.location.database))
        attempt(trial)
        return trial.block_of(target)


def _refused(attempt: Attempt, trial: Store) -> bool:
    try:
        attempt(trial)
    except StoreError as error:
        if reason(error) in (Reason.AWAY, Reason.CONFIGURATION):
            raise
        return True
    return False


def _shape(store: Store) -> _Shape:
    objects = store.records(_OBJECTS)
    return _Shape(
        store.location.database,
        frozenset(row["name"] for row in objects if "View" not in row["engine"]),
        {row["name"]: row["create_table_query"] for row in objects if row["engine"] == "MaterializedView"},
    )


@contextmanager
def _trial(store: Store, shape: _Shape, kept: str = "") -> Iterator[Store]:
    """The tables alone, without views; rows stay in `kept` only, in memory."""
    name = f"{_PREFIX}{uuid.uuid4().hex[:12]}"
    trial = Store(dataclasses.replace(store.location, database=name))
    try:
        source = identifier(shape.database)
        for table in sorted(shape.tables):
            engine = "Memory" if table == kept else "Null"
            trial.command(f"CREATE TABLE {identifier(table)} AS {source}.{identifier(table)} ENGINE = {engine}")
        yield trial
    finally:
        try:
            trial.command(f"DROP DATABASE IF EXISTS {identifier(name)}")
        finally:
            trial.close()
