"""A report as a document: figures, the lists they are made of, and words. Every format is a pure function of it.

Cells are plain JSON values so that a stored edition reads back as it was: money is text ("812.500000"), a time RFC 3339 in UTC,
None is no data.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import TypeAdapter

Cell = str | int | float | None
Better = Literal["up", "down", "neither"]
DRAFT = 0


class Unit(StrEnum):
    """What a column or figure holds. share: 0 … 1. seconds: wall time. money: in the currency of the figure, or of the row."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    MONEY = "money"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Column:
    """`shown`: in mail and PDF too; else in the workbook and JSON only."""

    id: str
    title: str
    unit: Unit = Unit.TEXT
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows that totals are made of. key: columns that name a row. compared: its cells are figures, so a change of one is told.

    more: rows beyond those kept, 0 nearly always; then `note` says where the rest is. currency: of its money when no column says.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: tuple[str, ...]
    compared: bool = False
    more: int = 0
    note: str = ""
    currency: str = ""

    def at(self, column: str) -> int:
        """Place of a column; KeyError names one that is not there."""
        for place, known in enumerate(self.columns):
            if known.id == column:
                return place
        raise KeyError(f'list "{self.id}" has no column "{column}"')


@dataclass(frozen=True, slots=True)
class Made:
    """How a figure follows from rows: over those whose `column` is one of the values, for every pair in `where`.

    rows: their number. sum, median, max: of `column`. share: rows with `good` too, of them.
    """

    listing: str
    how: Literal["rows", "sum", "median", "max", "share"] = "rows"
    column: str = ""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    good: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A total. course: of the four weeks before and this one, oldest first. year_ago: the same ISO week 52 weeks before.

    better: which way is good. None is no data, never 0.
    """

    id: str
    label: str
    unit: Unit
    value: Cell
    made: Made
    better: Better = "neither"
    currency: str = ""
    course: tuple[Cell, ...] = ()
    year_ago: Cell = None
    tile: bool = False

    @property
    def last_week(self) -> Cell:
        return self.course[-2] if len(self.course) > 1 else None

    @property
    def four_weeks(self) -> float | None:
        """Mean of the four weeks before, over those with data."""
        known = [float(value) for value in self.course[:-1] if value is not None]
        return sum(known) / len(known) if known else None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading that says the finding, sentences, a picture ('' for none) and the first `limit` rows of lists."""

    id: str
    title: str
    says: tuple[str, ...] = ()
    chart: str = ""
    listings: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is another one than in the edition before, and why."""

    figure: str
    label: str
    unit: Unit
    old: Cell
    new: Cell
    cause: str
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A week for one audience. edition 0: a draft. watermark: everything received up to it is in the figures.

    data_up_to: the newest event known. coverage: share of the week in which Supplyscope was receiving. replaces: what the edition
    before was, '' for the first. version: of the wording and layout of this document.
    """

    audience: str
    kind: str
    name: str
    week: str
    start: datetime
    end: datetime
    organisation: str
    zone: str
    currency: str
    public_url: str
    made: datetime
    watermark: datetime
    data_up_to: datetime | None
    coverage: float | None
    configuration: str
    headline: str
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    listings: tuple[Listing, ...]
    rules: tuple[str, ...]
    edition: int = DRAFT
    changes: tuple[Change, ...] = ()
    replaces: str = ""
    version: int = 1

    @property
    def report_id(self) -> str:
        """The same for the same edition, for ever: "2026-W46/leadership/e1-3f9a0c21d7"; a draft says so."""
        plain = TO_JSON.dump_json(self)
        name = f"e{self.edition}" if self.edition else "draft"
        return f"{self.week}/{self.audience}/{name}-{hashlib.sha256(plain).hexdigest()[:10]}"

    def listing(self, id: str) -> Listing:
        """KeyError when there is none."""
        for listing in self.listings:
            if listing.id == id:
                return listing
        raise KeyError(f'the report has no list "{id}"')

    def figure(self, id: str) -> Figure:
        """KeyError when there is none."""
        for figure in self.figures:
            if figure.id == id:
                return figure
        raise KeyError(f'the report has no figure "{id}"')

    def as_edition(self, number: int, changes: tuple[Change, ...], replaces: str) -> Report:
        return replace(self, edition=number, changes=changes, replaces=replaces)


TO_JSON: TypeAdapter[Report] = TypeAdapter(Report)
