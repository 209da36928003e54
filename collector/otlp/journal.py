"""Batches whose INSERT has begun and is not known to be whole (ADR D1).

Views are not atomic with their INSERT: after a kill, spans may lie there without keys while the request's hash already says
"stored". So a batch is written down before its INSERT and crossed out after it; what is left is inserted again under its own
token, which completes the targets that miss it and changes nothing in the others.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_SUFFIX = ".otlp"


class Journal:
    """Token → framed bytes. In `folder`, fsynced, when one is given; otherwise for the life of the process only."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._batches: dict[str, bytes] = {}

    @property
    def unfinished(self) -> Mapping[str, bytes]:
        return MappingProxyType(dict(self._batches))

    def open(self) -> None:
        """Read what an earlier process left. A half-written file was never inserted and is dropped: nobody was acknowledged."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self._folder.iterdir()):
            if path.suffix == _SUFFIX:
                self._batches[path.stem] = path.read_bytes()
            elif path.suffix == ".tmp":
                path.unlink()

    def begin(self, token: str, body: bytes) -> None:
        """On return the batch survives a kill. Raises OSError when the folder cannot hold it."""
        if self._folder is not None:
            written = self._folder / f"{token}.tmp"
            with written.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            written.rename(self._folder / f"{token}{_SUFFIX}")
        self._batches[token] = body

    def finish(self, token: str) -> None:
        self._batches.pop(token, None)
        if self._folder is not None:
            (self._folder / f"{token}{_SUFFIX}").unlink(missing_ok=True)
