"""Which files of a watched folder are there to be read."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.files import WatchedFolder

# What senders call a file they still write: rsync, curl, browsers, WinSCP, editors, and the usual agreements.
_PARTIAL = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".writing", ".inprogress", ".swp", ".lock", "~")
_HIDDEN = (".", "~", "#")


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it was seen. `stamp` changes when anything about it does, a move into the folder too."""

    path: Path
    size: int
    modified_ns: int
    stamp: tuple[int, ...]


class Candidates:
    """Remembers what was seen when. Not shared between threads."""

    def __init__(self, folder: WatchedFolder) -> None:
        self._folder = folder
        self._root = Path(folder.path)
        self._since: dict[Path, tuple[tuple[int, ...], float]] = {}
        self._done: dict[Path, tuple[int, ...]] = {}

    def settled(self) -> list[Found]:
        """Files that stood still for `settle` and are not done with, oldest first. Raises OSError for a folder that is away.

        Still means seen twice alike: the clocks of a network drive prove nothing.
        """
        now = time.monotonic()
        settle = self._folder.settle.total_seconds()
        seen: dict[Path, tuple[tuple[int, ...], float]] = {}
        ready = []
        for found in self._files():
            if self._done.get(found.path) == found.stamp:
                continue
            before = self._since.get(found.path)
            since = before[1] if before is not None and before[0] == found.stamp else now
            seen[found.path] = (found.stamp, since)
            if now - since >= settle:
                ready.append(found)
        self._since = seen
        return sorted(ready, key=lambda each: (each.modified_ns, each.path))

    def done(self, found: Found) -> None:
        """Not offered again until it changes."""
        self._done[found.path] = found.stamp
        if len(self._done) > 10_000:  # files that left are forgotten now and then
            self._done = {path: stamp for path, stamp in self._done.items() if path.exists()}

    def _files(self) -> Iterator[Found]:
        self._root.stat()  # glob finds nothing in a folder that does not exist
        own = [self._root / self._folder.done, self._root / self._folder.failed]
        for path in self._root.glob(self._folder.glob):
            if not partial(path.name) and not any(path.is_relative_to(folder) for folder in own):
                try:
                    status = path.lstat()
                except FileNotFoundError:  # taken away since the folder was listed
                    continue
                if stat.S_ISREG(status.st_mode):
                    yield Found(path, status.st_size, status.st_mtime_ns, stamp(status))


def stamp(status: object) -> tuple[int, ...]:
    """What tells one state of a file from another."""
    return tuple(getattr(status, name) for name in ("st_dev", "st_ino", "st_size", "st_mtime_ns", "st_ctime_ns"))


def partial(name: str) -> bool:
    """Whether a file of this name is still being written, by its sender's own account."""
    return name.startswith(_HIDDEN) or name.lower().endswith(_PARTIAL)
