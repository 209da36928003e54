"""How a cell is written for a reader: one wording for mail, PDF and pages."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from analytics import words
from reports.document import Cell, Change, Column, Figure, Listing, Report, Unit

NOTHING = "–"
NO_DATA = "no data"
MINUS = "−"
# Word and shape with every colour: nothing is told by colour alone.
STATES = {
    "met": ("✓", "#006B4B"),
    "at risk": ("!", "#8A5700"),
    "missed": ("✕", "#A33608"),
    "no data": ("–", "#59626D"),
    "open": ("✕", "#A33608"),
    "overdue": ("✕", "#A33608"),
    "failed": ("✕", "#A33608"),
    "missed_file": ("✕", "#A33608"),
}
_NUMERIC = (Unit.COUNT, Unit.SHARE, Unit.SECONDS, Unit.MONEY)


def numeric(column: Column) -> bool:
    """Right-aligned."""
    return column.unit in _NUMERIC


def written(value: Cell, unit: Unit, zone: str, target: Cell = None) -> str:
    """One cell. Money of a row is exact to the cent; None is a dash."""
    if value is None or value == "":
        return NOTHING
    match unit:
        case Unit.COUNT:
            return f"{float(value):,.1f}".removesuffix(".0").replace("-", MINUS)
        case Unit.SHARE:
            return words.percent(float(value), None if target is None else float(target)).replace("-", MINUS)
        case Unit.SECONDS:
            return words.duration(float(value)) if float(value) else "0 s"
        case Unit.MONEY:
            return f"{Decimal(str(value)):,.2f}".replace("-", MINUS)
        case Unit.TIME:
            return words.when(datetime.fromisoformat(str(value)), zone)
        case _:
            return str(value)


def figure(value: Cell, of: Figure, zone: str) -> str:
    """A total: no data is said in words, money has its sign."""
    if value is None:
        return NO_DATA
    if of.unit is Unit.MONEY:
        return words.money(Decimal(str(value)), of.currency)
    return written(value, of.unit, zone)


def delta(of: Figure) -> str:
    """Against the week before, with its sign: "+2.1 pt", "−3", "±0"; '' where either has no data."""
    if of.value is None or of.last_week is None:
        return ""
    now, before = Decimal(str(of.value)), Decimal(str(of.last_week))
    change = now - before
    if not change:
        return "±0"
    sign, size = ("+" if change > 0 else MINUS), abs(change)
    match of.unit:
        case Unit.SHARE:
            return f"{sign}{float(size) * 100:.1f} pt"
        case Unit.SECONDS:
            return f"{sign}{words.duration(float(size))}"
        case Unit.MONEY:
            return f"{sign}{words.money(size, of.currency)}"
        case _:
            return f"{sign}{size:,.0f}"


def cells(listing: Listing, row: tuple[Cell, ...], zone: str) -> list[tuple[Column, str]]:
    """The shown columns of a row with their text; a share beside its target gets the digits it needs."""
    ids = {column.id: place for place, column in enumerate(listing.columns)}
    target = row[ids["target"]] if "target" in ids else None
    return [
        (column, written(row[place], column.unit, zone, target=target if column.id == "attained" else None))
        for place, column in enumerate(listing.columns)
        if column.shown
    ]


def span(report: Report) -> str:
    """ "Monday Nov 9, 2026 00:00 to Monday Nov 16, 2026 00:00 (CST)": the week as it was counted."""
    first, last = (words.when(at, report.zone) for at in (report.start, report.end))
    return f"{first} to {last}, {report.start.year}"


def made_of(of: Figure, report: Report) -> str:
    """The accounting of a total in words: what is counted, of which list."""
    listing = report.listing(of.made.listing)
    where = " and ".join(f"{_title(listing, column)} {' or '.join(values)}" for column, values in of.made.where)
    good = " and ".join(f"{_title(listing, column)} {' or '.join(values)}" for column, values in of.made.good)
    rows = f"rows of “{listing.title}”" + (f" with {where}" if where else "")
    match of.made.how:
        case "rows":
            return f"Number of {rows}"
        case "share":
            return f"Share of {rows} that have {good}"
        case how:
            name = {"sum": "Sum", "median": "Median", "max": "Highest"}[how]
            return f"{name} of {_title(listing, of.made.column)} over {rows}"


def _title(listing: Listing, column: str) -> str:
    return listing.columns[listing.at(column)].title.lower()


def change(value: Cell, of: Change, zone: str) -> str:
    """One side of a change."""
    if value is None:
        return NO_DATA
    if of.unit is Unit.MONEY:
        return (
            f"{words.money(Decimal(str(value)), of.currency)} ({Decimal(str(value)):,.2f})"
            if abs(Decimal(str(value))) >= 1000
            else words.money(Decimal(str(value)), of.currency)
        )
    if of.unit is Unit.SHARE:
        return f"{float(value) * 100:.2f} %".replace("-", MINUS)
    return written(value, of.unit, zone)
