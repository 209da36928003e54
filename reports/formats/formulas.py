"""How a figure is counted from its list, as a formula every spreadsheet program computes."""

from __future__ import annotations

from collections.abc import Iterable

from xlsxwriter.utility import xl_col_to_name

from reports.document import Figure, Listing, Unit
from reports.formats.shown import NO_DATA

_LONGEST = 31
_RESERVED = ("Report", "Figures", "Changes", "Rules")


def sheet_names(listings: Iterable[Listing]) -> dict[str, str]:
    """List → the name of its sheet: its title, cut to what spreadsheets take, each once."""
    names: dict[str, str] = {}
    for listing in listings:
        plain = "".join("-" if letter in "[]:*?/\\'" else letter for letter in listing.title)
        name = plain[:_LONGEST].strip()
        while name in (*names.values(), *_RESERVED):
            number = f"_{len(names)}"
            name = plain[: _LONGEST - len(number)].strip() + number
        names[listing.id] = name
    return names


def range_of(place: int, rows: int, sheet: str = "") -> str:
    """Cells of the column at `place` (0 is A) from the second line on; the one below the heading where there is no row."""
    column = xl_col_to_name(place)
    prefix = f"'{sheet}'!" if sheet else ""
    return f"{prefix}${column}$2:${column}${max(rows, 1) + 1}"


def formula(figure: Figure, listing: Listing, sheet: str) -> str:
    """Without the leading "=". Conditions are products of sums: 1 where a row counts."""
    made, rows = figure.made, len(listing.rows)
    chosen = _conditions(made.where, listing, sheet)
    count = f"SUMPRODUCT({'*'.join(chosen)}*1)" if chosen else f"COUNT({range_of(0, rows, sheet)})"
    if made.how == "rows":
        return count
    if made.how == "share":
        good = f"SUMPRODUCT({'*'.join([*chosen, *_conditions(made.good, listing, sheet)])}*1)"
        return f'IF({count}=0,"{NO_DATA}",{good}/{count})'
    values = range_of(listing.at(made.column) + 1, rows, sheet)
    if made.how == "sum":
        total = f"SUMPRODUCT({'*'.join(chosen)}*1,{values})" if chosen else f"SUM({values})"
        return f"ROUND({total},6)" if figure.unit is Unit.MONEY else total
    among = f"IF({'*'.join(chosen)},{values})" if chosen else values
    return f'IF(COUNT({values})=0,"{NO_DATA}",{made.how.upper()}({among}))'


def _conditions(where: tuple[tuple[str, tuple[str, ...]], ...], listing: Listing, sheet: str) -> list[str]:
    found = []
    for column, values in where:
        cells = range_of(listing.at(column) + 1, len(listing.rows), sheet)
        found.append("(" + "+".join(f'({cells}="{_quoted(value)}")' for value in values) + ">0)")
    return found


def _quoted(text: str) -> str:
    return text.replace('"', '""')
