"""What every part of a report is asked with, and how answers become rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Concatenate, ParamSpec, TypeVar

from analytics.context import Context
from domain.configuration import Configuration
from domain.interval import Interval
from domain.reports import AudienceKind
from reports.audiences import Audience
from reports.document import Better, Cell, Column, Figure, Listing, Made, Section, Unit
from reports.weeks import IsoWeek

# Rows that a list keeps at most; a week of a large network has a tenth of it.
MOST = 20_000
_PAGE = 1_000
# Weeks back that a figure is compared with: the four before, and the same week a year ago.
BEFORE, YEAR = (4, 3, 2, 1), 52

Values = dict[str, Cell]
Row = TypeVar("Row")
Answer = TypeVar("Answer")
Given = ParamSpec("Given")


class Answers:
    """Asks each question once for each scope and interval: parts, weeks and audiences share an answer, so their totals agree.

    The clock stands still meanwhile: everything is as known when the first question was asked.
    """

    def __init__(self, context: Context, kept: dict[Hashable, Any] | None = None) -> None:
        at = context.now
        self.context = replace(context, clock=lambda: at)
        self._kept: dict[Hashable, Any] = {} if kept is None else kept

    @property
    def configuration(self) -> Configuration:
        return self.context.configuration

    def narrowed(self, facility: str | None) -> Answers:
        """The same for one facility; answers are shared."""
        return Answers(self.context.narrowed(facility), self._kept)

    def ask(
        self,
        question: Callable[Concatenate[Context, Interval, Given], Answer],
        interval: Interval,
        *args: Given.args,
        **given: Given.kwargs,
    ) -> Answer:
        key = (question.__module__, question.__qualname__, self.context.scope, interval, args, tuple(sorted(given.items())))
        if key not in self._kept:
            self._kept[key] = question(self.context, interval, *args, **given)
        answer: Answer = self._kept[key]
        return answer


@dataclass(frozen=True, slots=True)
class Asked:
    """One week for one audience. history: weeks back → what was measured then; 0 is the week itself."""

    answers: Answers
    audience: Audience
    week: IsoWeek
    interval: Interval
    history: Mapping[int, Values]

    @property
    def context(self) -> Context:
        return self.answers.context

    @property
    def configuration(self) -> Configuration:
        return self.context.configuration

    @property
    def kind(self) -> AudienceKind:
        return self.audience.kind

    def value(self, name: str) -> Cell:
        return self.history[0].get(name)

    def course(self, name: str) -> tuple[Cell, ...]:
        """Four weeks before and this one, oldest first."""
        return tuple(self.history[back].get(name) for back in (*BEFORE, 0))

    def compared(self, name: str) -> dict[str, Cell]:
        """A row's columns last_week, four_weeks (mean over those with data) and year_ago."""
        known = [float(v) for back in BEFORE if (v := self.history[back].get(name)) is not None]
        mean = sum(known) / len(known) if known else None
        return {"last_week": self.history[1].get(name), "four_weeks": mean, "year_ago": self.history[YEAR].get(name)}

    def figure(self, name: str, label: str, unit: Unit, made: Made, better: Better = "neither", **more: Any) -> Figure:
        """The figure measured under `name`, beside the weeks it is compared with."""
        year_ago = self.history[YEAR].get(name)
        return Figure(name, label, unit, self.value(name), made, better, course=self.course(name), year_ago=year_ago, **more)


@dataclass(frozen=True, slots=True)
class Part:
    """What one part hands over; section None: nothing of it concerns the audience."""

    section: Section | None
    figures: tuple[Figure, ...] = ()
    listings: tuple[Listing, ...] = ()
    rules: tuple[str, ...] = ()


def listing(
    id: str, title: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], *, key: Sequence[str], **more: Any
) -> Listing:
    """Rows by the columns' ids."""
    found = tuple(tuple(cell(row[column.id]) for column in columns) for row in rows)
    return Listing(id, title, tuple(columns), found, tuple(key), **more)


def cell(value: Any) -> Cell:
    """A plain JSON value: times RFC 3339 in UTC, money exact as text, several values joined."""
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple | list):
        return ", ".join(str(part) for part in value)
    return str(value)


def paged(page: Callable[[int, int], Sequence[Row]]) -> tuple[tuple[Row, ...], bool]:
    """All rows of a question that takes limit and offset, up to MOST; whether there are more."""
    found: list[Row] = []
    while len(found) <= MOST:
        rows = page(_PAGE, len(found))
        found += rows
        if len(rows) < _PAGE:
            break
    return tuple(found[:MOST]), len(found) > MOST


def counted(number: int, noun: str, many: str = "") -> str:
    """ "1 breach", "1,240 breaches"."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def whole(value: Cell) -> int:
    """A count; 0 for no data: for sentences about totals that always exist."""
    return int(value) if value is not None else 0


def plain(row: Any) -> dict[str, Any]:
    """The fields of an answer's row."""
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
