"""What came of an import."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Values of one column that gave no milestone, for one reason. `lines` are the file's, the first line is 1.

    `column` is '' when the whole line is meant.
    """

    column: str
    reason: str
    count: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`lines_read` counts records without the header; `accepted` milestones the server has stored; `elapsed` is in seconds."""

    file: str
    flow: str
    lines_read: int
    accepted: dict[str, int]
    refused: tuple[Refusal, ...]
    elapsed: float


class Tally:
    """Counts while the file is read."""

    def __init__(self) -> None:
        self.lines_read = 0
        self.accepted: dict[str, int] = defaultdict(int)
        self._refused: dict[tuple[str, str], list[int]] = defaultdict(list)

    def refuse(self, column: str, reason: str, line: int) -> None:
        self._refused[column, reason].append(line)

    def result(self, file: str, flow: str, elapsed: float) -> ImportResult:
        refused = tuple(
            Refusal(column, reason, len(lines), tuple(lines)) for (column, reason), lines in sorted(self._refused.items())
        )
        return ImportResult(file, flow, self.lines_read, dict(self.accepted), refused, elapsed)
