"""A figure counted again from the rows it is made of: no store, no SQL."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from decimal import Decimal

from reports.document import Cell, Figure, Listing, Made, Report, Unit

Row = tuple[Cell, ...]
_TOLERANCE = 1e-9


def recount(report: Report, figure: Figure) -> Cell:
    """What the rows say, in the figure's own unit; None where no row has data."""
    return of_rows(report.listing(figure.made.listing), figure.made, figure.unit)


def of_rows(listing: Listing, made: Made, unit: Unit) -> Cell:
    rows = list(_chosen(listing, listing.rows, made.where))
    if made.how == "rows":
        return len(rows)
    if made.how == "share":
        good = sum(1 for _ in _chosen(listing, rows, made.good))
        return good / len(rows) if rows else None
    values = [row[listing.at(made.column)] for row in rows]
    known = [value for value in values if value is not None]
    if unit is Unit.MONEY:
        return f"{sum((Decimal(str(value)) for value in known), Decimal(0)):f}"
    numbers = [float(value) for value in known]
    if made.how == "sum":
        return sum(int(value) for value in known) if unit is Unit.COUNT else math.fsum(numbers)
    if not numbers:
        return None
    found = statistics.median(numbers) if made.how == "median" else max(numbers)
    return int(found) if unit is Unit.COUNT else found


def agrees(figure: Figure, counted: Cell) -> bool:
    """Money and counts exactly, durations and shares to a billionth."""
    if figure.value is None or counted is None:
        return figure.value is counted
    if figure.unit is Unit.MONEY:
        return Decimal(str(figure.value)) == Decimal(str(counted))
    return math.isclose(float(figure.value), float(counted), rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)


def _chosen(listing: Listing, rows: Iterable[Row], where: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterable[Row]:
    tests = [(listing.at(column), frozenset(values)) for column, values in where]
    return (row for row in rows if all(str(row[place] if row[place] is not None else "") in values for place, values in tests))
