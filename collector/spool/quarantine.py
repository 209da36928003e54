"""Requests that can never be stored: set aside, sealed, for a person to look at, instead of holding up everything behind them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collector.spool.files import write_new
from collector.spool.keys import SpoolKeys, Unreadable
from collector.spool.segment import Kept, Segment, packed, unpacked
from domain.clock import Clock

_SUFFIX = ".request"
_MOST, _MOST_BYTES = 1_000, 256 << 20


@dataclass(frozen=True, slots=True)
class SetAside:
    """One request that could not be stored. `acknowledged`: its sender was told it was taken, and will not send it again."""

    file: str
    kind: str
    records: int
    size: int
    why: str
    acknowledged: bool
    at: datetime


class Quarantine:
    """At most 1,000 requests and 256 MiB; the oldest make room, and `dropped` counts them. Without a folder requests are only counted."""

    def __init__(self, folder: Path | None, keys: SpoolKeys, clock: Clock) -> None:
        self._folder = folder
        self._keys = keys
        self._clock = clock
        self._lock = threading.Lock()
        self.count = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._files())

    def put(self, kind: str, kept: Kept, why: str, *, acknowledged: bool) -> None:
        """Raises OSError when the folder cannot take it."""
        now = self._clock()
        note = {"why": why, "at": now.isoformat(), "acknowledged": acknowledged}
        content = packed(Segment(kind, uuid.uuid4().hex, (kept,)), self._keys, note)
        with self._lock:
            self.count += 1
            if self._folder is None:
                return
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            write_new(self._folder, f"{now:%Y%m%dT%H%M%S%f}-{kind}-{uuid.uuid4().hex[:8]}{_SUFFIX}", content)
            self._make_room()

    def listed(self) -> Sequence[SetAside]:
        """What lies there, oldest first; one that no key opens says so."""
        return tuple(self._described(path) for path in self._files())

    def read(self, file: str) -> Kept:
        """The request itself. Raises Unreadable or OSError."""
        if self._folder is None or Path(file).name != file:
            raise FileNotFoundError(file)
        return unpacked((self._folder / file).read_bytes(), self._keys)[0].requests[0]

    def _files(self) -> list[Path]:
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(path for path in self._folder.iterdir() if path.suffix == _SUFFIX)

    def _make_room(self) -> None:
        files = self._files()
        total = sum(path.stat().st_size for path in files)
        while len(files) > _MOST or (total > _MOST_BYTES and len(files) > 1):
            oldest = files.pop(0)
            total -= oldest.stat().st_size
            oldest.unlink()
            self.dropped += 1

    def _described(self, path: Path) -> SetAside:
        parts = path.stem.split("-")
        at = datetime.strptime(parts[0] + "+0000", "%Y%m%dT%H%M%S%f%z")
        try:
            segment, note = unpacked(path.read_bytes(), self._keys)
        except Unreadable as error:
            return SetAside(path.name, parts[1], 0, path.stat().st_size, str(error), True, at)
        kept = segment.requests[0]
        return SetAside(path.name, segment.kind, kept.records, len(kept.payload), note["why"], note["acknowledged"], at)
