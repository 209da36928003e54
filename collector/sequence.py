"""Intake's order: every batch gets a number above those before it, on this collector and on the others (ADR 0016).

A hybrid logical clock: nanoseconds since 1970 with the collector's own number in the lowest ten bits, never less than what
was given out or seen before. So two collectors give out no number twice, and one whose clock lags follows the others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

_NODE = (1 << 10) - 1
_TAG = b"\xd8\x3e"  # field 1003, varint: store/otlp_schema.proto
_GROUPS = 9  # seven bits each: every sequence to the year 2262 takes as many bytes
_FIELD = len(_TAG) + _GROUPS


class Sequence:
    """Gives out sequences. Safe to share between threads. `node` 0 … 1023 is this collector's, `clock` Unix nanoseconds."""

    def __init__(self, node: int = 0, clock: Callable[[], int] = time.time_ns) -> None:
        self._node = node & _NODE
        self._clock = clock
        self._last = 0
        self._lock = threading.Lock()

    @property
    def node(self) -> int:
        return self._node

    @property
    def last(self) -> int:
        """The highest given out or seen; 0 before the first."""
        return self._last

    def next(self) -> int:
        with self._lock:
            now = self._clock() & ~_NODE | self._node
            self._last = now if now > self._last else (self._last & ~_NODE | self._node) + _NODE + 1
            return self._last

    def saw(self, other: int) -> None:
        """From now on give out higher ones than `other`, which came from another collector or an earlier life."""
        with self._lock:
            self._last = max(self._last, other)


def sequenced(framed: Iterable[bytes], sequence: int) -> bytes:
    """Length-prefixed requests with the field `sequence` appended to each."""
    field = _TAG + bytes((sequence >> 7 * i) & 127 | 128 for i in range(_GROUPS - 1)) + bytes((sequence >> 56,))
    parts: list[bytes | memoryview] = []
    for one in framed:
        size, start = _prefix(one)
        parts += (_varint(size + _FIELD), memoryview(one)[start:], field)
    return b"".join(parts)


def _prefix(framed: bytes) -> tuple[int, int]:
    """The length a request claims, and where it begins."""
    size = shift = position = 0
    while framed[position] > 127:
        size |= (framed[position] & 127) << shift
        shift += 7
        position += 1
    return size | framed[position] << shift, position + 1


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
