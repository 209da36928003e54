"""Rows of one transaction set until its end is seen: a set that turns out bad leaves nothing behind, however large it is."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any

PIECE = 4000
_IN_MEMORY = 20_000

Staged = tuple[str, dict[str, Any]]  # table, row


class SetRows:
    """Adds rows in memory and, beyond 20,000, in a temporary file that has no name and is gone when closed."""

    def __init__(self) -> None:
        self._rows: list[Staged] = []
        self._file: IO[bytes] | None = None

    def add(self, table: str, row: dict[str, Any]) -> None:
        self._rows.append((table, row))
        if len(self._rows) >= _IN_MEMORY:
            self._spill()

    def pieces(self, complete: Callable[[dict[str, Any]], None]) -> Iterator[dict[str, list[dict[str, Any]]]]:
        """All rows in order, some thousand at a time, each completed first; then nothing is left."""
        rows, self._rows = self._rows, []
        for block in self._spilled():
            yield _tables(block, complete)
        for start in range(0, len(rows), PIECE):
            yield _tables(rows[start : start + PIECE], complete)
        self.discard()

    def discard(self) -> None:
        self._rows = []
        if self._file is not None:
            self._file.close()
            self._file = None

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="supplyscope-")  # noqa: SIM115 — closed by discard
        for start in range(0, len(self._rows), PIECE):
            pickle.dump(self._rows[start : start + PIECE], self._file, pickle.HIGHEST_PROTOCOL)
        self._rows = []

    def _spilled(self) -> Iterator[list[Staged]]:
        if self._file is None:
            return
        self._file.seek(0)
        while True:
            try:
                yield pickle.load(self._file)  # our own file, which has no name
            except EOFError:
                return


def _tables(rows: list[Staged], complete: Callable[[dict[str, Any]], None]) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {}
    for table, row in rows:
        complete(row)
        tables.setdefault(table, []).append(row)
    return tables
