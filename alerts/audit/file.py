"""The audit log as a file of JSON lines, which whoever rotates logs may move or cut at any moment."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from alerts.audit.record import Entry, as_line

_NOBODY_ELSE = 0o600


def append(path: Path, entries: Sequence[Entry]) -> None:
    """Append and sync; OSError when that cannot be done. Opened anew each time, so a moved file is begun again; readable by us alone.

    A line that a crash cut off is ended first, so that it spoils no other; it comes again whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _NOBODY_ELSE)
    with os.fdopen(descriptor, "ab") as file:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            file.write(b"\n")
        file.write(b"".join(map(as_line, entries)))
        file.flush()
        os.fsync(descriptor)
    if begun:
        _sync(path.parent)


def _sync(folder: Path) -> None:
    """A new name survives a crash of the machine, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
