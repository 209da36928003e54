"""JSON paths into an event, and the values they find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jsonpath

# As many rows as one event may make of a list.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Value:
    """What a path found, and where exactly: data.lines[2].price."""

    value: Any
    place: str


class NotFollowed(Exception):
    """The path cannot be followed in this event; the message says why."""


@lru_cache(maxsize=2048)
def compiled(path: str) -> Any:
    return jsonpath.compile(path)


def is_single(path: str) -> bool:
    """Whether the path can find one value at most."""
    found = compiled(path)
    return isinstance(found, jsonpath.JSONPath) and found.singular_query()


def find(path: str, event: Any, base: str = "") -> list[Value]:
    """Every value at `path`, at most MOST. `base` is where `event` itself lies."""
    found: list[Value] = []
    try:
        for match in compiled(path).finditer(event):
            if len(found) >= MOST:
                raise NotFollowed(f"finds more than {MOST} values; send smaller events")
            found.append(Value(match.obj, base + dotted(match.parts)))
    except (jsonpath.JSONPathError, RecursionError) as error:
        raise NotFollowed(f"cannot be followed: {type(error).__name__}") from error
    return found


def dotted(parts: Sequence[int | str]) -> str:
    """.data.lines[2].price"""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
