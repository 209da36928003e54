"""What is wrong in a file, and where. A message names segments, elements and control numbers, never another value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

_MOST_KEPT = 500


class Severity(StrEnum):
    """FATAL: the rest of the interchange, or the file, cannot be read. ERROR: something was not read. WARNING: read all the same."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Position:
    """`segment` and `line` count from 1 in the file, `offset` is the segment's first byte, from 0."""

    segment: int
    offset: int
    line: int

    def __str__(self) -> str:
        return f"segment {self.segment}, byte {self.offset}, line {self.line}"


@dataclass(frozen=True, slots=True)
class EdiProblem:
    """One thing wrong; `code` is a short word for figures. Control numbers are '' where there is none."""

    code: str
    severity: Severity
    message: str
    position: Position
    interchange: str = ""
    group: str = ""
    set_control: str = ""

    def __str__(self) -> str:
        return f"{self.position}: {self.message}"


class BadSegment(Exception):
    """This segment makes its transaction set unusable. The message names the element and what it must be."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class Report:
    """What one file held. `sets`, `skipped` and `failed` count transaction sets by id, `unknown_segments` segments by set and tag.

    The first 500 problems are kept, `problems_by_code` counts all.
    """

    problems: list[EdiProblem] = field(default_factory=list)
    problems_by_code: Counter[str] = field(default_factory=Counter)
    interchanges: int = 0
    segments: int = 0
    sets: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    unknown_segments: Counter[str] = field(default_factory=Counter)

    @property
    def usable(self) -> bool:
        """Whether anything was read: a set, one that no reader exists for, or an acknowledgement."""
        return bool(self.sets or self.skipped)

    def add(self, problem: EdiProblem) -> None:
        self.problems_by_code[problem.code] += 1
        if len(self.problems) < _MOST_KEPT:
            self.problems.append(problem)
