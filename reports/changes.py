"""Which figures of a week are others than in the edition before, and why: pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from analytics import words
from analytics.lateness import KINDS, LateEvidence
from reports.document import Cell, Change, Column, Listing, Report, Unit

# Which late evidence can move what a list holds.
_MOVED_BY: Mapping[str, tuple[str, ...]] = {
    "slas": ("span", "milestone", "batch_run", "queue_sample", "edi_document", "exclusion"),
    "breaches": ("span", "milestone", "batch_run", "queue_sample", "edi_document", "exclusion"),
    "flows": ("milestone", "span"),
    "stages": ("milestone", "span"),
    "activations": ("milestone", "span"),
    "failures": ("failure", "span"),
    "failure_classes": ("failure", "span"),
    "leakage": ("po_line", "contract_price", "milestone"),
    "credits": ("invoice_line", "po_line", "contract_price"),
    "runs": ("batch_run",),
    "arrivals": ("batch_run",),
    "queues": ("queue_sample",),
    "actions": ("span", "milestone", "batch_run", "failure", "invoice_line", "po_line", "contract_price"),
}
# Columns that only repeat other weeks: a late row of last month is not this week's change.
_OTHER_WEEKS = ("last_week", "four_weeks", "year_ago")
_NAMED = 3
_SAME = 1e-9


def changes(old: Report, new: Report, late: Sequence[LateEvidence]) -> tuple[Change, ...]:
    """Every total, and every figure of the tables, that differs; each with the rows that came, went or changed and what brought them."""
    return (*_totals(old, new, late), *_tables(old, new, late))


def _totals(old: Report, new: Report, late: Sequence[LateEvidence]) -> Iterator[Change]:
    before, after = ({figure.id: figure for figure in report.figures} for report in (old, new))
    for id in dict.fromkeys((*before, *after)):
        was, now = before.get(id), after.get(id)
        told = now or was
        if told is None:
            continue
        old_value, new_value = was.value if was else None, now.value if now else None
        if not same(old_value, new_value, told.unit):
            cause = _cause(old, new, told.made.listing, late)
            yield Change(id, told.label, told.unit, old_value, new_value, cause, told.currency)


def _tables(old: Report, new: Report, late: Sequence[LateEvidence]) -> Iterator[Change]:
    before, after = ({one.id: one for one in report.listings if one.compared} for report in (old, new))
    for id in dict.fromkeys((*before, *after)):
        was, now = before.get(id), after.get(id)
        listing = now or was
        if listing is None:
            continue
        cause = _sentence("; ".join(_reasons(old, new, id, late)))
        rows = _keyed(was), _keyed(now)
        for key in dict.fromkeys((*rows[0], *rows[1])):
            for column in _figures(listing):
                old_cell, new_cell = _at(was, rows[0].get(key), column), _at(now, rows[1].get(key), column)
                if not same(old_cell, new_cell, column.unit):
                    label = f"{_name(listing, rows[1].get(key) or rows[0][key])}: {column.title.lower()}"
                    yield Change(f"{id}.{'/'.join(key)}.{column.id}", label, column.unit, old_cell, new_cell, cause, new.currency)


def same(old: Cell, new: Cell, unit: Unit) -> bool:
    """Money and words exactly, other numbers to a billionth."""
    if old is None or new is None:
        return old is new
    if unit is Unit.MONEY:
        return Decimal(str(old)) == Decimal(str(new))
    if isinstance(old, int | float) and isinstance(new, int | float):
        return math.isclose(old, new, rel_tol=_SAME, abs_tol=_SAME)
    return old == new


def _cause(old: Report, new: Report, listing: str, late: Sequence[LateEvidence]) -> str:
    """The reasons, and the rows they show in."""
    return _sentence("; ".join((*_reasons(old, new, listing, late), *_rows(_listing(old, listing), _listing(new, listing)))))


def _reasons(old: Report, new: Report, listing: str, late: Sequence[LateEvidence]) -> list[str]:
    """Evidence that came late first, then a changed configuration, else that things went on. What came before the edition was made
    is a reason only where nothing came after it: it was most likely in."""
    able = [row for row in late if row.kind in _MOVED_BY.get(listing, ())]
    brought = [_late(row, new.zone) for row in [row for row in able if row.last_received > old.made] or able]
    reasons = [f"received after the watermark {words.when(old.watermark, new.zone)}: {', '.join(brought)}"] if brought else []
    if old.configuration != new.configuration:
        reasons.append(f"the configuration changed from {old.configuration} to {new.configuration}")
    if not reasons:
        reasons.append(f"what was open has gone on since {words.when(old.made, new.zone)}")
    return reasons


def _late(row: LateEvidence, zone: str) -> str:
    one, many = KINDS[row.kind]
    return f"{row.records:,} {one if row.records == 1 else many} ({words.when(row.last_received, zone)})"


def _rows(old: Listing | None, new: Listing | None) -> Iterator[str]:
    """Rows that came, went, and changed, by their names."""
    before, after = _keyed(old), _keyed(new)
    shown = new or old
    if shown is None:
        return
    came = [_name(shown, after[key]) for key in after if key not in before]
    went = [_name(shown, before[key]) for key in before if key not in after]
    moved = [_moved(old, new, before[key], after[key]) for key in after if key in before and old and new]
    for word, names in (("new", came), ("gone", went), ("changed", [name for name in moved if name])):
        if names:
            more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
            yield f"{word} in “{shown.title}”: {', '.join(names[:_NAMED])}{more}"


def _moved(old: Listing | None, new: Listing | None, before: tuple[Cell, ...], after: tuple[Cell, ...]) -> str:
    """The row's name and the columns in which it differs; '' when in none."""
    if old is None or new is None:
        return ""
    columns = [c for c in new.columns if c.id not in _OTHER_WEEKS and not same(_at(old, before, c), _at(new, after, c), c.unit)]
    return f"{_name(new, after)} ({', '.join(column.title.lower() for column in columns)})" if columns else ""


def _figures(listing: Listing) -> tuple[Column, ...]:
    """Columns of a table whose change is told: numbers and the state."""
    return tuple(
        c for c in listing.columns if c.id not in (*_OTHER_WEEKS, *listing.key) and (c.unit is not Unit.TEXT or c.id == "state")
    )


def _keyed(listing: Listing | None) -> dict[tuple[str, ...], tuple[Cell, ...]]:
    if listing is None:
        return {}
    places = [listing.at(column) for column in listing.key]
    return {tuple(str(row[place] if row[place] is not None else "") for place in places): row for row in listing.rows}


def _at(listing: Listing | None, row: tuple[Cell, ...] | None, column: Column) -> Cell:
    known = listing is not None and any(c.id == column.id for c in listing.columns)
    return row[listing.at(column.id)] if listing is not None and known and row is not None else None


def _name(listing: Listing, row: tuple[Cell, ...]) -> str:
    """What a reader calls the row: its promise, stage or class, else its key."""
    for column in ("name", "stage", "class_name", "action"):
        if any(c.id == column for c in listing.columns):
            return str(row[listing.at(column)])
    return " · ".join(str(row[listing.at(column)]) for column in listing.key if row[listing.at(column)] not in (None, ""))


def _listing(report: Report, id: str) -> Listing | None:
    return next((listing for listing in report.listings if listing.id == id), None)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
