"""Rows as bytes and back, exactly: a value that JSON cannot tell apart is written as [its kind, its text]."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
_PLAIN = {str, bool, type(None)}
_LARGEST = 2**63 - 1


def pack(tables: Tables) -> bytes:
    """Raises TypeError naming the column (not its value) when a value has no form here."""
    return orjson.dumps({name: _packed_rows(name, rows) for name, rows in tables.items()})


def unpack(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """What `pack` was given; tuples come back as lists."""
    tables = orjson.loads(content)
    return {
        name: [dict(zip(columns, map(_value, row), strict=True)) for columns, rows in groups for row in rows]
        for name, groups in tables.items()
    }


def _packed_rows(table: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Groups of neighbouring rows with the same columns: the names are written once."""
    groups: list[tuple[list[str], list[Any]]] = []
    for row in rows:
        names = list(row)
        if not groups or groups[-1][0] != names:
            groups.append((names, []))
        try:
            groups[-1][1].append([_packed(value) for value in row.values()])
        except TypeError as error:
            raise TypeError(f"{table}: {error}") from error
    return groups


def _packed(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is int:
        return value if -_LARGEST <= value <= _LARGEST else ["i", str(value)]
    if kind is float:
        return value if math.isfinite(value) else ["f", repr(value)]
    return _tagged(value)


def _tagged(value: Any) -> list[Any]:
    if isinstance(value, str):  # an enumeration: the engine takes its text
        return ["s", str.__str__(value)]
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if isinstance(value, bytes | bytearray | memoryview):
        return ["b", base64.b64encode(value).decode()]
    if isinstance(value, UUID):
        return ["u", str(value)]
    if isinstance(value, Mapping):
        return ["m", [[_packed(k), _packed(v)] for k, v in value.items()]]
    if isinstance(value, list | tuple | set | frozenset):
        return ["l", [_packed(item) for item in value]]
    if isinstance(value, int | float):
        return ["i" if isinstance(value, int) else "f", repr(value.real)]
    raise TypeError(f"a {type(value).__name__} cannot be kept")


_READERS: Mapping[str, Any] = {
    "i": int,
    "f": float,
    "s": str,
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
    "b": base64.b64decode,
    "u": UUID,
    "m": lambda pairs: {_value(key): _value(value) for key, value in pairs},
    "l": lambda items: [_value(item) for item in items],
}


def _value(value: Any) -> Any:
    return _READERS[value[0]](value[1]) if type(value) is list else value
