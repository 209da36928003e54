"""What MQ tells about a queue, in whichever of its two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_WILDCARD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class MqStatus:
    """A local queue's status. None: not told; `oldest_age` is seconds, `uncommitted` counts puts and gets not committed."""

    name: str
    depth: int | None
    oldest_age: int | None
    uncommitted: int | None
    readers: int | None


@dataclass(frozen=True, slots=True)
class MqDefinition:
    """Where messages go that are backed out too often ("" is nowhere), and how many the queue may hold."""

    backout: str
    capacity: int | None


def generic_names(patterns: Iterable[str]) -> list[str]:
    """Patterns as MQ knows them: a name, or a beginning and one *. They cover at least what the patterns do."""
    found = {_generic(each) for each in patterns}
    covering = [each for each in found if each.endswith("*")]
    return sorted(each for each in found if not any(each != wide and each.startswith(wide[:-1]) for wide in covering))


def number(value: Any) -> int | None:
    """A figure out of MQ's answer. -1 and blanks mean that monitoring is off, 999999999 that the field is full."""
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 999_999_999 else None


def uncommitted(value: Any) -> int | None:
    """NO is none, a number is how many; YES (or true), as some platforms say, leaves open how many."""
    if value is False or (isinstance(value, str) and value.strip().upper() == "NO"):
        return 0
    return number(value)


def lowered(values: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in values.items()}


def _generic(pattern: str) -> str:
    found = _WILDCARD.search(pattern)
    return pattern if found is None else f"{pattern[: found.start()]}*"
