"""Pictures of a report as SVG: the same text for the same figures. PDF takes them as they are, mail as PNG."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import groupby

from analytics import words
from reports.document import Cell, Figure, Listing, Report
from reports.formats import setting, shown

_INK, _QUIET, _LINE, _PANEL = "#17202B", "#59626D", "#E1E6EC", "#F5F7FA"
_BLUE = "#0B5CAD"
_COLOURS = {"met": "#00875F", "at risk": "#D98A00", "missed": "#C8430A", "no data": "#7A828C"}
_WIDTH, _ROW, _LEFT, _RIGHT = 720, 26, 250, 110
_MOST = 14


def chart(report: Report, name: str) -> tuple[str, str] | None:
    """SVG and its text for those who cannot see it; None where there is nothing to draw."""
    draw: Callable[[Report], tuple[str, str] | None] = {"slas": _slas, "stages": _stages}[name]
    return draw(report)


def spark(figure: Figure) -> str:
    """Five weeks of a figure as bars, this week's dark; a week without data has a dash."""
    values = [None if value is None else max(0.0, float(value)) for value in figure.course]
    most = max((value for value in values if value is not None), default=0.0) or 1.0
    bars = []
    for place, value in enumerate(values):
        x, colour = 4 + place * 24, _BLUE if place == len(values) - 1 else "#9DBEDD"
        if value is None:
            bars.append(f'<rect x="{x}" y="35" width="18" height="1.5" fill="{_QUIET}"/>')
            continue
        height = max(1.5, 32 * value / most)
        bars.append(f'<rect x="{x}" y="{36 - height:.2f}" width="18" height="{height:.2f}" fill="{colour}"/>')
    return _svg(124, 40, "".join(bars))


def spark_words(figure: Figure, report: Report) -> str:
    """The same as a sentence."""
    told = ", ".join(shown.figure(value, figure, report.zone) for value in figure.course)
    return f"{figure.label} in the four weeks before and this week: {told}"


def _slas(report: Report) -> tuple[str, str] | None:
    """Budget left of each promise, worst first: overspent to the left of zero, unspent to the right."""
    listing = report.listing("slas")
    rows = [row for row in listing.rows if row[listing.at("budget_left")] is not None][:_MOST]
    if not rows:
        return None
    place, room = _LEFT + 150, _WIDTH - _LEFT - 150 - _RIGHT
    parts = [
        f'<line x1="{place}" y1="18" x2="{place}" y2="{22 + len(rows) * _ROW}" stroke="{_INK}" stroke-width="1"/>',
        _text(place, 12, "budget spent", "middle", _QUIET, 11),
    ]
    said = []
    for number, row in enumerate(rows):
        left = float(row[listing.at("budget_left")] or 0)
        state, name = str(row[listing.at("state")]), str(row[listing.at("name")])
        y = 24 + number * _ROW
        size = min(abs(left), 1.0) * (room if left >= 0 else 140)
        x = place if left >= 0 else place - size
        mark = shown.STATES[state][0]
        value = shown.written(row[listing.at("budget_left")], listing.columns[listing.at("budget_left")].unit, report.zone)
        parts += [
            _text(0, y + 13, _cut(name, 40), "start", _INK, 13),
            f'<rect x="{x:.2f}" y="{y + 2}" width="{max(size, 1.5):.2f}" height="14" rx="2" fill="{_COLOURS[state]}"/>',
            _text(_WIDTH, y + 13, f"{mark} {state}, {value}", "end", shown.STATES[state][1], 12),
        ]
        said.append(f"{name}: {state}, {value} left")
    return _svg(_WIDTH, 26 + len(rows) * _ROW, "".join(parts)), "Error budget left by promise. " + "; ".join(said)


def _stages(report: Report) -> tuple[str, str] | None:
    """Median of each stage this week as a bar, last week and the four-week mean as marks on it."""
    listing = report.listing("stages")
    flows = {str(row[listing.at("flow")]) for row in listing.rows}
    first = next((str(row[listing.at("flow")]) for row in listing.rows), "")
    rows = [row for row in listing.rows if len(flows) == 1 or row[listing.at("flow")] == first][:_MOST]
    known = [v for row in rows for v in _compared(listing, row).values() if v is not None]
    most = max((float(v) for v in known), default=0.0)
    if not rows or most <= 0:
        return None
    room = _WIDTH - _LEFT - _RIGHT
    parts, said = [_text(_LEFT, 12, f"{first}: bar this week, | last week, ◆ four-week mean", "start", _QUIET, 11)], []
    for number, row in enumerate(rows):
        y, name = 24 + number * _ROW, str(row[listing.at("stage")])
        parts += [_text(0, y + 13, _cut(name, 42), "start", _INK, 12), *_stage(_compared(listing, row), y, room / most)]
        value = row[listing.at("median")]
        parts.append(_text(_WIDTH, y + 13, _took(value), "end", _INK, 12))
        before = row[listing.at("last_week")]
        said.append(f"{name}: {_took(value)}, last week {_took(before)}")
    return _svg(_WIDTH, 26 + len(rows) * _ROW, "".join(parts)), f"Median time by stage of {first}. " + "; ".join(said)


def _compared(listing: Listing, row: tuple[Cell, ...]) -> dict[str, Cell]:
    return {name: row[listing.at(name)] for name in ("median", "last_week", "four_weeks")}


def _stage(values: dict[str, Cell], y: int, scale: float) -> list[str]:
    at = {name: None if value is None else max(0.0, float(value)) * scale for name, value in values.items()}
    parts = [f'<rect x="{_LEFT}" y="{y + 2}" width="{max(at["median"] or 0.0, 1.5):.2f}" height="14" rx="2" fill="{_BLUE}"/>']
    if (last := at["last_week"]) is not None:
        parts.append(f'<rect x="{_LEFT + last - 1:.2f}" y="{y - 1}" width="2.5" height="20" fill="{_INK}"/>')
    if (mean := at["four_weeks"]) is not None:
        x = _LEFT + mean
        parts.append(f'<path d="M {x:.2f} {y + 3} l 6 6 l -6 6 l -6 -6 z" fill="#FFFFFF" stroke="{_INK}" stroke-width="1.5"/>')
    return parts


def _took(value: Cell) -> str:
    return shown.NO_DATA if value is None else words.duration(float(value))


def _text(x: float, y: float, text: str, anchor: str, colour: str, size: int) -> str:
    """A picture's text falls back to no other font by itself: each run names one that has its letters."""
    runs = "".join(
        f'<tspan font-family="{font or setting.SANS}">{escape("".join(letters) if font else "?" * len(letters))}</tspan>'
        for font, found in groupby(text, setting.font_of)
        for letters in (list(found),)
    )
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}" font-size="{size}">{runs}</text>'


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _svg(width: int, height: int, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">{inside}</svg>'
    )
