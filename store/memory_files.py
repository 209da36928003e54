"""Rows on their way into the embedded engine never touch a disk.

The engine reads an INSERT's rows from a file, and clickhouse-connect makes that a temporary one in the common temporary folder: readable
there, and left behind by a kill. Here it is a file in memory (Linux' memfd), gone with the process; where there is none, a file of mode
0600 in a folder of mode 0700 that is emptied at start.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

from clickhouse_connect.driver._backend import chdb_backend

_SUFFIX = ".rows"


class MemoryFile:
    """What `execute_raw_insert` and `execute_data_insert` use of a NamedTemporaryFile; lives until nothing refers to it.

    `close` only flushes: the engine opens the file by name afterwards.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = os.fdopen(os.memfd_create("rows", os.MFD_CLOEXEC), "wb")
        self.name = f"/proc/self/fd/{self._file.fileno()}"

    def write(self, data: Any) -> int:
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.flush()

    def __enter__(self) -> MemoryFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        with suppress(OSError):
            self._file.close()


def use_memory(folder: Path | None) -> None:
    """Every embedded INSERT of this process from now on. `folder` is used only where files cannot lie in memory."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        make: Any = lambda **_: MemoryFile()  # noqa: E731
    else:
        make = _in_folder(folder)
    chdb_backend.tempfile = SimpleNamespace(NamedTemporaryFile=make)  # type: ignore[attr-defined,assignment]


def _in_folder(folder: Path | None) -> Any:
    private = str(folder) if folder is not None else tempfile.mkdtemp(prefix="supplyscope-")
    Path(private).mkdir(mode=0o700, parents=True, exist_ok=True)
    Path(private).chmod(0o700)
    for left in Path(private).glob(f"*{_SUFFIX}"):
        left.unlink(missing_ok=True)

    def make(**_: object) -> Any:
        return tempfile.NamedTemporaryFile(suffix=_SUFFIX, dir=private, delete=False)  # mode 0600

    return make
