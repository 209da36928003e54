"""The client library reads every statement letter by letter, in Python, before it sends it: 10 ms for one of 3,000 letters, and thirty
times what the engine needs to parse it. Our statements are constant texts with bound parameters, so each is read once.
"""

from __future__ import annotations

from functools import lru_cache, wraps
from types import ModuleType
from typing import Any

from clickhouse_connect.driver import _backendclient, client, query

_REMEMBERED = 2048  # statements; those with values in their text (DDL) push each other out
_LONGEST = 100_000  # letters; longer ones hold rows
# Pure functions of a statement's text, by the module that calls them.
_READERS: tuple[tuple[ModuleType, tuple[str, ...]], ...] = (
    (query, ("_strip_trailing_semicolons", "_query_is_insert", "remove_sql_comments")),
    (client, ("_strip_trailing_semicolons", "_query_is_insert", "_query_is_read_only", "remove_sql_comments")),
    (_backendclient, ("_query_is_read_only",)),
)


def read_once() -> list[str]:
    """Make the library remember what it found in a statement; the names of its functions that do so now. Safe to call again."""
    remembering = []
    for module, names in _READERS:
        for name in names:
            reader = getattr(module, name, None)
            if reader is None:
                continue  # Another version of the library: slower, and a test says so.
            if not hasattr(reader, "cache_info"):
                setattr(module, name, _remembering(reader))
            remembering.append(f"{module.__name__}.{name}")
    return remembering


def _remembering(reader: Any) -> Any:
    cached = lru_cache(maxsize=_REMEMBERED)(reader)

    @wraps(reader)
    def read(statement: str | bytes) -> Any:
        return cached(statement) if len(statement) <= _LONGEST else reader(statement)

    read.cache_info = cached.cache_info  # type: ignore[attr-defined]
    return read
