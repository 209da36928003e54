"""Files of the spool: names in the order of acceptance, readable by their owner only, on the disk before anyone is told."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

FRESH, BEGUN = "fresh", "begun"
PART = ".part"
_NAME = re.compile(r"(\d{12})-([a-z_]+)-([0-9a-f]+)(?:-(\d+))?\.(fresh|begun)")


@dataclass(frozen=True, slots=True)
class Name:
    """`number` is the order of acceptance; `sequence` intake's order (collector.sequence), given when the INSERT begins, 0 before."""

    number: int
    kind: str
    token: str
    sequence: int = 0

    @property
    def begun(self) -> bool:
        return self.sequence > 0

    def __str__(self) -> str:
        start = f"{self.number:012d}-{self.kind}-{self.token}"
        return f"{start}-{self.sequence}.{BEGUN}" if self.begun else f"{start}.{FRESH}"


def name_of(text: str) -> Name | None:
    """None for a file that is no batch."""
    found = _NAME.fullmatch(text)
    return Name(int(found[1]), found[2], found[3], int(found[4] or 0)) if found else None


def write_new(folder: Path, name: str, content: bytes) -> None:
    """On return `name` holds `content` whole, also after a power cut. Raises OSError, and leaves nothing then."""
    part = folder / (name + PART)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(folder / name)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    fsync_folder(folder)


def fsync_folder(folder: Path) -> None:
    """Names are safe only once their folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
