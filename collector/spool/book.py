"""What the spool holds, by heart: no folder is listed while requests arrive."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from collector.spool.files import Name
from collector.spool.segment import Segment


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch of the spool. `size` is its bytes on disk, `written` when it was accepted."""

    name: Name
    size: int
    written: datetime
    digests: frozenset[bytes]
    records: int

    @classmethod
    def of(cls, name: Name, segment: Segment, size: int, written: datetime) -> Entry:
        return cls(name, size, written, segment.digests, sum(kept.records for kept in segment.requests))


@dataclass(frozen=True, slots=True)
class SpoolState:
    """Now. `waiting_*` count what was acknowledged and is not in the store; `unreadable` files no configured key opens."""

    waiting_batches: int
    waiting_records: int
    waiting_bytes: int
    oldest: datetime | None
    bytes_limit: int
    unreadable: tuple[str, ...]


class Book:
    """Entries in the order of acceptance. A held one is being inserted by its writer, the others wait. Safe between threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.bytes = 0
        self._held: dict[int, Entry] = {}
        self._waiting: defaultdict[str, dict[int, Entry]] = defaultdict(dict)
        self._digests: Counter[bytes] = Counter()

    def __iter__(self) -> Iterator[Entry]:
        with self.lock:
            return iter([entry for kind in self._waiting.values() for entry in kind.values()])

    def add(self, entry: Entry, *, held: bool) -> None:
        with self.lock:
            if held:
                self._held[entry.name.number] = entry
            else:
                self._wait(entry)

    def release(self, entry: Entry) -> None:
        """It waits from now on."""
        with self.lock:
            if self._held.pop(entry.name.number, None) is not None:
                self._wait(entry)

    def put(self, entry: Entry) -> None:
        """The same batch under another name."""
        with self.lock:
            for entries in (self._held, self._waiting[entry.name.kind]):
                if entry.name.number in entries:
                    entries[entry.name.number] = entry

    def remove(self, entry: Entry) -> bool:
        """False when it was gone already."""
        with self.lock:
            number = entry.name.number
            if self._held.pop(number, None) is not None:
                return True
            if self._waiting[entry.name.kind].pop(number, None) is None:
                return False
            for digest in entry.digests:
                self._digests[digest] -= 1
                if not self._digests[digest]:
                    del self._digests[digest]
            return True

    def first(self, kind: str, most: int) -> tuple[Entry, ...]:
        with self.lock:
            return tuple(islice(self._waiting[kind].values(), most))

    def holds(self, digest: bytes) -> bool:
        return self._digests[digest] > 0

    def oldest(self) -> datetime | None:
        with self.lock:
            firsts = [entry.written for kind in list(self._waiting) for entry in self.first(kind, 1)]
        return min(firsts, default=None)

    def first_sequence(self) -> int | None:
        """The lowest sequence of an INSERT that began and is not known to have ended."""
        with self.lock:
            names = [entry.name for entry in (*self._held.values(), *self)]
        return min((name.sequence for name in names if name.begun), default=None)

    def _wait(self, entry: Entry) -> None:
        self._waiting[entry.name.kind][entry.name.number] = entry
        self._digests.update(entry.digests)


def begun(entry: Entry, sequence: int) -> Entry:
    return replace(entry, name=replace(entry.name, sequence=sequence))
