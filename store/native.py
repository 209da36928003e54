"""Python rows as one block of ClickHouse's Native format, converted whole before any of it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DataError
from clickhouse_connect.driver.transform import NativeTransform

from store.errors import NotStorable


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of `table` ready to be inserted. The content is the rows themselves: never shown."""

    table: str
    names: tuple[str, ...]
    content: bytes = field(repr=False)


def build(client: Client, table: str, rows: Sequence[Mapping[str, Any]]) -> Block:
    """Raises NotStorable naming the column, without its value, when one does not fit the table."""
    names = tuple(rows[0])
    context = client.create_insert_context(table, list(names))
    context.compression = None
    failed: list[Exception] = []
    try:
        context.data = [[row[name] for name in names] for row in rows]
        chunks = list(NativeTransform.build_insert(context, failed.append))
    except (DataError, ValueError, TypeError, OverflowError, KeyError, AttributeError) as error:
        failed, chunks = [error], []
    if failed:
        column = context.column_name or "the rows"
        raise NotStorable(f"insert into {table}: {column} has a value that does not fit ({type(failed[0]).__name__})") from None
    # The first chunk begins with the statement that clickhouse-connect would send.
    first, _, rest = chunks[0].partition(b"FORMAT Native\n")
    return Block(table, names, b"".join([rest if rest else first, *chunks[1:]]))
