"""Batches that are not yet known to be stored whole: begun and cut off by a kill, or accepted while the store was away.

A batch is `fresh` until its INSERT may have begun, then `begun`: a begun one is inserted again exactly as it was, under its own token.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from collector.spool.book import Book, Entry, SpoolState, begun
from collector.spool.files import PART, Name, fsync_folder, name_of, write_new
from collector.spool.keys import SpoolKeys, Unreadable
from collector.spool.segment import Segment, packed, unpacked
from domain.clock import Clock

_log = structlog.get_logger(__name__)


class SpoolFull(Exception):
    """The spool holds as much, or waits as long, as it may."""


class Spool:
    """Safe between threads. In `folder`, fsynced, when one is given (`durable`); otherwise for the life of the process only.

    At most `most_bytes`; what waits longer than `longest` stops further acceptance. Lifecycle: `open` before the first `add`;
    `close` gives up the folder's lock, and what waits stays there. Both are safe twice.
    """

    def __init__(self, folder: Path | None, keys: SpoolKeys, most_bytes: int, longest: timedelta, clock: Clock) -> None:
        self.durable = folder is not None
        self._folder = folder
        self.keys = keys
        self._most_bytes = most_bytes
        self._longest = longest
        self._clock = clock
        self._book = Book()
        self._contents: dict[int, bytes] = {}
        self._unreadable: dict[str, str] = {}
        self._next = 1
        self._locked: int | None = None

    def open(self) -> None:
        """Read what an earlier process left. Raises OSError when another process has the folder."""
        if self._folder is None or self._locked is not None:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self._locked = _lock_file(self._folder / "lock")
        replaced: set[str] = set()
        for path in sorted(self._folder.iterdir()):
            if path.suffix == PART:
                path.unlink()  # Half-written: never inserted, nobody was told it was taken.
            elif name := name_of(path.name):
                replaced.update(self._found(name, path))
        for entry in self._book:
            if str(entry.name) in replaced:
                self.finish(entry)

    def close(self) -> None:
        if self._locked is not None:
            os.close(self._locked)
            self._locked = None
            self._book = Book()

    def add(self, segment: Segment, *, held: bool, sequence: int = 0, limited: bool = True) -> Entry:
        """On return the batch survives a kill; with a sequence it is begun. Raises SpoolFull, or OSError when the folder cannot take it."""
        content = packed(segment, self.keys)
        book = self._book
        with book.lock:
            if limited and book.bytes and book.bytes + len(content) > self._most_bytes:
                raise SpoolFull(f"{book.bytes} bytes wait on disk and the limit is {self._most_bytes}")
            name = Name(self._next, segment.kind, segment.token, sequence)
            self._next += 1
            book.bytes += len(content)
        try:
            self._write(name, content)
        except OSError:
            with book.lock:
                book.bytes -= len(content)
            raise
        entry = Entry.of(name, segment, len(content), self._clock())
        book.add(entry, held=held)
        return entry

    def check_age(self) -> None:
        """Raises SpoolFull when the oldest batch has waited longer than it may: accepting more would hide that."""
        oldest = self._book.oldest()
        if oldest is not None and self._clock() - oldest > self._longest:
            raise SpoolFull(f"the oldest batch waits since {oldest:%Y-%m-%dT%H:%MZ}, longer than {self._longest}")

    def begin(self, entry: Entry, sequence: int) -> Entry:
        """From now on the batch is only ever inserted whole, under its own token and sequence."""
        named = begun(entry, sequence)
        if self._folder is not None:
            (self._folder / str(entry.name)).rename(self._folder / str(named.name))
            fsync_folder(self._folder)
        self._book.put(named)
        return named

    def replace(self, entries: Sequence[Entry], segment: Segment, sequence: int, *, held: bool) -> Entry:
        """One begun batch instead of `entries`, wherever a kill falls in between."""
        named = replace(segment, replaces=tuple(str(entry.name) for entry in entries))
        added = self.add(named, held=held, sequence=sequence, limited=False)  # what it replaces goes at once
        for entry in entries:
            self.finish(entry)
        return added

    def release(self, entry: Entry) -> None:
        """Its writer could not store it: it waits for the store from now on."""
        self._book.release(entry)

    def finish(self, entry: Entry) -> None:
        """It is stored whole."""
        with self._book.lock:
            if self._book.remove(entry):
                self._book.bytes -= entry.size
                self._contents.pop(entry.name.number, None)
        if self._folder is not None:
            (self._folder / str(entry.name)).unlink(missing_ok=True)

    def read(self, entry: Entry) -> Segment:
        """Raises Unreadable or OSError."""
        if self._folder is None:
            return unpacked(self._contents[entry.name.number], self.keys)[0]
        return unpacked((self._folder / str(entry.name)).read_bytes(), self.keys)[0]

    def give_up(self, entry: Entry, why: str) -> None:
        """Leave the file where it is and do not try it again in this process."""
        if self._book.remove(entry):
            self._unreadable[str(entry.name)] = why

    def waiting(self, kind: str, most: int = 1) -> tuple[Entry, ...]:
        """The first that wait for the store, in the order they were accepted."""
        return self._book.first(kind, most)

    def holds(self, digest: bytes) -> bool:
        """Whether a request of this digest was accepted and waits on disk."""
        return self.durable and self._book.holds(digest)

    def first_sequence(self) -> int | None:
        """The lowest sequence of an INSERT that began here and is not known to have ended; None when all have."""
        return self._book.first_sequence()

    def state(self) -> SpoolState:
        entries = list(self._book)
        return SpoolState(
            len(entries),
            sum(entry.records for entry in entries),
            sum(entry.size for entry in entries),
            self._book.oldest(),
            self._most_bytes,
            tuple(f"{name}: {why}" for name, why in self._unreadable.items()),
        )

    def _write(self, name: Name, content: bytes) -> None:
        if self._folder is None:
            self._contents[name.number] = content
        else:
            write_new(self._folder, str(name), content)

    def _found(self, name: Name, path: Path) -> tuple[str, ...]:
        """Take up a file of an earlier process; the names it stands for."""
        self._next = max(self._next, name.number + 1)
        content = path.read_bytes()
        try:
            segment, _ = unpacked(content, self.keys)
        except Unreadable as error:
            # Kept: the right key may come back.
            self._unreadable[path.name] = str(error)
            _log.error("a spooled batch cannot be read", file=path.name, why=str(error))
            return ()
        entry = Entry.of(name, segment, len(content), datetime.fromtimestamp(path.stat().st_mtime, UTC))
        self._book.bytes += len(content)
        self._book.add(entry, held=False)
        return segment.replaces


def _lock_file(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        with suppress(OSError):
            os.close(handle)
        raise OSError(
            error.errno, f"Another process uses the spool {path.parent}; give each collector a data folder of its own"
        ) from error
    return handle
