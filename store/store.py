"""The store: typed rows out, rows and protobuf bytes in."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_type_hints

from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError

from store import interruption
from store.engine import Engine, Location
from store.errors import QueryFailed, StoreUnavailable, without_values
from store.native import Block, build
from store.otlp import FORMATS
from store.query import Query, bound
from store.quoting import identifier

Row = TypeVar("Row")
_COLUMNS = Query(
    "store/columns",
    "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String} "
    "AND default_kind NOT IN ('MATERIALIZED', 'ALIAS') ORDER BY position",
)
_BOUNDS = {"max_execution_time": 60, "max_memory_usage": 4 << 30}
_BOUNDS_CLAUSE = ", ".join(f"{name} = {value}" for name, value in _BOUNDS.items())
_ENDS_IN_SETTINGS = re.compile(r"\nSETTINGS [^()]*\Z")


class Store:
    """One open ClickHouse. Safe to share between threads. `close()` is safe twice."""

    def __init__(self, location: Location, *, ignore_views: bool = False) -> None:
        self.location = location
        self._engine = Engine(location, ignore_views=ignore_views)

    def close(self) -> None:
        self._engine.close()

    def rows(self, query: Query, row_type: type[Row], **parameters: Any) -> tuple[Row, ...]:
        """Every row of `query` as `row_type`, a dataclass whose field names are the result's column names.

        Times come back aware in UTC. Raises QueryFailed naming the query, or StoreUnavailable.
        """
        result = self._query(query, parameters)
        names = result.column_names
        wanted = {f.name for f in dataclasses.fields(row_type)}  # type: ignore[arg-type]
        if names and wanted != set(names):  # The embedded engine names no columns when there are no rows.
            raise QueryFailed(f"{query.name} returns {sorted(names)}, but {row_type.__name__} has {sorted(wanted)}")
        fields: Any = row_type
        convert = _tuple_fields(fields)
        return tuple(
            row_type(**{n: tuple(v) if n in convert else v for n, v in zip(names, row, strict=True)})
            for row in result.result_rows
        )

    def records(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        """Every row of `query` as a dict: for results whose columns are decided at run time."""
        result = self._query(query, parameters)
        return [dict(zip(result.column_names, row, strict=True)) for row in result.result_rows]

    def value(self, query: Query, **parameters: Any) -> Any:
        """First column of the first row, None when there is no row."""
        rows = self._query(query, parameters).result_rows
        return rows[0][0] if rows else None

    def run(self, query: Query, **parameters: Any) -> None:
        """An INSERT … SELECT. Its bounds are part of the text: as settings of the call they would be five statements more, embedded."""
        text = query.text.rstrip()
        bounded = text + (", " if _ENDS_IN_SETTINGS.search(text) else "\nSETTINGS ") + _BOUNDS_CLAUSE
        self._guard(query.name, lambda client: client.command(bounded, parameters=bound(parameters)))

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]], token: str | None = None) -> None:
        """Append `rows` (all with the same keys) in one block; the same `token` again is a no-op."""
        if not rows:
            return
        self.insert_block(self.block(table, rows), token)

    def block(self, table: str, rows: Sequence[Mapping[str, Any]]) -> Block:
        """`rows` (at least one, all with the same keys) in the engine's own format; NotStorable names a column whose value does not fit."""
        block: Block = self._guard(f"columns of {table}", lambda client: build(client, table, rows))
        return block

    def insert_block(self, block: Block, token: str | None = None) -> None:
        """Append what `block` made; the same `token` again is a no-op."""
        settings = {"insert_deduplication_token": token} if token else {}
        self._guard(
            f"insert into {block.table}",
            lambda client: client.raw_insert(
                block.table, column_names=block.names, insert_block=block.content, fmt="Native", settings=settings
            ),
            insert=True,
        )

    def insert_otlp(self, body: bytes, token: str, signal: str = "traces") -> None:
        """Insert length-prefixed OTLP requests of `signal`; views fill every table in the same INSERT."""
        form = FORMATS[signal]
        settings = {**form.settings(), "insert_deduplication_token": token}
        self._guard(
            f"insert OTLP {signal}",
            lambda client: client.raw_insert(form.table, insert_block=body, fmt="Protobuf", settings=settings),
            insert=True,
        )

    def block_of(self, table: str) -> Block | None:
        """All rows of a small `table` in the engine's own format; None when it has none."""
        names = tuple(row["name"] for row in self.records(_COLUMNS, table=table))
        chosen = ", ".join(map(identifier, names))
        query = f"SELECT {chosen} FROM {identifier(table)}"  # noqa: S608 - names of our own tables, quoted
        if not self.value(Query(f"rows of {table}", f"SELECT count() FROM {identifier(table)}")):  # noqa: S608
            return None
        return Block(table, names, self._guard(f"rows of {table}", lambda client: client.raw_query(query, fmt="Native")))

    @contextmanager
    def ignoring_views(self) -> Iterator[Store]:
        """The same store; a view that throws leaves its own table as it was and keeps nobody else from theirs."""
        lenient = Store(self.location, ignore_views=True)
        try:
            yield lenient
        finally:
            lenient.close()

    def command(self, statement: str) -> Any:
        """Run DDL. Only migrations, views and tests of the store call this."""
        return self._guard(statement.strip().split("\n", 1)[0], lambda client: client.command(statement))

    def _query(self, query: Query, parameters: Mapping[str, Any]) -> Any:
        values = bound(parameters)
        return self._guard(query.name, lambda client: client.query(query.text, parameters=values, settings=_BOUNDS))

    def _guard(self, what: str, action: Any, *, insert: bool = False) -> Any:
        interruption.check()
        try:
            return action(self._engine.client())
        except DatabaseError as error:
            code = getattr(error, "code", None) or 0
            if not code and isinstance(error, OperationalError):  # A connection that failed; the engine said nothing.
                raise StoreUnavailable(f"{what}: ClickHouse at {self.location} did not answer: {_shown(error, insert)}") from None
            # From None: the engine's words may quote a row, and a traceback would repeat them.
            words = without_values(str(error), code) if insert else str(error)
            raise QueryFailed(f"{what}: {words}", code) from (None if insert else error)
        except (ClickHouseError, OSError) as error:
            raise StoreUnavailable(f"{what}: ClickHouse at {self.location} did not answer: {_shown(error, insert)}") from None


def _shown(error: Exception, insert: bool) -> str:
    return type(error).__name__ if insert else str(error).split("\n", 1)[0][:300]


@lru_cache(maxsize=256)
def _tuple_fields(row_type: Any) -> frozenset[str]:
    """Fields declared as tuples: the engine returns arrays as lists, and rows are frozen."""
    hints = get_type_hints(row_type)
    return frozenset(
        name for name, hint in hints.items() if getattr(hint, "__origin__", None) is tuple or tuple in get_args(hint)
    )
