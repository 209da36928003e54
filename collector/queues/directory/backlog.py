"""From a folder's entries to what waits in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from collector.queues.directory.config import Folder
from collector.queues.instants import instant_of, oldest_age
from collector.queues.poller import QueueReading


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its name, when it was last written (seconds since 1970, None when not told) and its bytes."""

    name: str
    written: float | None
    size: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What lies in the folder, in those of files being worked on, and in those of files given up. None: nobody said where."""

    waiting: list[Entry]
    working: list[Entry] | None
    errors: list[Entry] | None

    @property
    def size(self) -> int:
        """Bytes that wait."""
        return sum(entry.size for entry in self.waiting)


def sorted_out(folder: Folder, own: Iterable[Entry], working: list[Entry] | None, errors: list[Entry] | None) -> Backlog:
    """The folder's own entries by what their names say: waiting, being worked on, given up, or none of it."""
    named: dict[str, list[Entry]] = {"waiting": [], "working": [], "errors": [], "": []}
    for entry in own:
        named[_state(folder, entry.name)].append(entry)
    return Backlog(
        named["waiting"],
        None if working is None and not folder.working_files else (working or []) + named["working"],
        None if errors is None and not folder.error_files else (errors or []) + named["errors"],
    )


def _state(folder: Folder, name: str) -> str:
    if _fits(name, folder.error_files):
        return "errors"
    if _fits(name, folder.working_files):
        return "working"
    return "waiting" if counts(folder, name) else ""


def counts(folder: Folder, name: str) -> bool:
    """Whether a file of that name is a message of the folder."""
    return _fits(name, folder.files) and not _fits(name, folder.ignore)


def reading(folder: Folder, broker: str, backlog: Backlog, now: datetime) -> QueueReading:
    """Depth is the number of files that wait, age that of the one written first."""
    times = [entry.written for entry in backlog.waiting if entry.written is not None]
    oldest = instant_of(min(times)) if times else None
    depth = len(backlog.waiting)
    return QueueReading(
        queue=folder.queue or folder.path,
        broker=broker,
        depth=depth,
        oldest_age_seconds=oldest_age(oldest, now, depth),
        in_flight=None if backlog.working is None else len(backlog.working),
        dead_letters=None if backlog.errors is None else len(backlog.errors),
    )


def _fits(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
