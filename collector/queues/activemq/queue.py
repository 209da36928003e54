"""What both kinds of ActiveMQ tell about a queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class BrokerQueue:
    """`size` includes what is in flight, as the broker counts it. `added` and `done` are counters. None: not told."""

    bean: str
    name: str
    size: int | None
    in_flight: int | None
    consumers: int | None
    added: int | None
    done: int | None
    holds_dead_letters: bool
    dead_letters_of: tuple[str, ...]
    capacity: int | None = None

    @property
    def depth(self) -> int | None:
        """What waits. Counted at two instants, in flight may exceed the size for a moment."""
        if self.size is None:
            return None
        return max(0, self.size - (self.in_flight or 0))


def count(values: Mapping[str, Any], name: str) -> int | None:
    """A counter out of a bean's attributes; -1 is how some say that they do not know."""
    value = values.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""
