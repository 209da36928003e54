"""What a page says, in order, as plain text and tables: mail and PDF lay out the same words."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from analytics import words
from reports.document import DRAFT, Cell, Column, Figure, Listing, Report, Section
from reports.formats import charts, shown

# Rows of a list in the appendix of mail and PDF; the workbook has them all.
_APPENDIX = {"html": 25, "pdf": 60}
# Which column of a list opens the story of a row.
_STORIES = ("correlation_ids", "correlation_id", "evidence", "purchase_order_id", "invoice_id", "key", "contract_id")


def view(report: Report, form: str = "html") -> dict[str, Any]:
    """Everything a layout needs; pictures are SVG under their names. `form` decides how long the appendix is."""
    pictures: dict[str, dict[str, str]] = {}
    sections = [_section(report, section, pictures) for section in report.sections]
    return {
        "title": f"SLA report {report.week} · {report.name} · {report.organisation}",
        "eyebrow": f"Weekly SLA report {report.week} · {report.name} · {report.organisation}",
        "headline": report.headline,
        "facts": _facts(report),
        "tiles": [_tile(report, figure, pictures) for figure in [f for f in report.figures if f.tile][:4]],
        "figures": _figures(report),
        "changes": _changes(report),
        "replaces": report.replaces,
        "sections": sections,
        "rules": list(report.rules),
        "appendix": [_table(report, listing, _APPENDIX[form]) for listing in report.listings if listing.rows],
        "pictures": pictures,
        "report_id": report.report_id,
        "draft": report.edition == DRAFT,
        "pages": f"{report.public_url}/reports?audience={quote(report.audience)}&week={report.week}",
    }


def _facts(report: Report) -> list[tuple[str, str]]:
    when = [words.when(at, report.zone) for at in (report.made, report.watermark)]
    seen = "no event yet" if report.data_up_to is None else words.when(report.data_up_to, report.zone)
    coverage = shown.NO_DATA if report.coverage is None else words.percent(report.coverage)
    return [
        ("Report", report.report_id),
        ("Edition", f"{report.edition}" if report.edition else "draft, not sent to anybody"),
        ("Week", shown.span(report)),
        ("Data watermark", f"{when[1]}; newest event {seen}; observed {coverage} of the week"),
        ("Configuration", report.configuration),
        ("Made", when[0]),
    ]


def _tile(report: Report, figure: Figure, pictures: dict[str, dict[str, str]]) -> dict[str, str]:
    name = f"spark-{figure.id}"
    pictures[name] = {"svg": charts.spark(figure), "alt": charts.spark_words(figure, report), "width": "124", "height": "40"}
    delta = shown.delta(figure)
    return {
        "label": figure.label,
        "value": shown.figure(figure.value, figure, report.zone),
        "note": f"{delta} on the week before" if delta else "nothing to compare with",
        "picture": name,
    }


def _figures(report: Report) -> dict[str, Any]:
    columns = ("Figure", "This week", "Last week", "Four-week mean", "A year ago", "How it is made")
    rows = [
        [
            _cell(figure.label),
            *(_cell(shown.figure(v, figure, report.zone), number=True) for v in (figure.value, figure.last_week, _mean(figure), figure.year_ago)),
            _cell(shown.made_of(figure, report)),
        ]
        for figure in report.figures
    ]  # fmt: skip
    return _tabled("All totals", [(title, 0 < place < 5) for place, title in enumerate(columns)], rows)


def _mean(figure: Figure) -> Cell:
    return figure.four_weeks


def _changes(report: Report) -> dict[str, Any]:
    rows = [
        [
            _cell(change.label),
            *(_cell(shown.change(value, change, report.zone), number=True) for value in (change.old, change.new)),
            _cell(change.cause),
        ]
        for change in report.changes
    ]
    return _tabled("Changed figures", [("Figure", False), ("Was", True), ("Is", True), ("Why", False)], rows)


def _section(report: Report, section: Section, pictures: dict[str, dict[str, str]]) -> dict[str, Any]:
    drawn = charts.chart(report, section.chart) if section.chart else None
    if drawn is not None:
        pictures[section.chart] = {"svg": drawn[0], "alt": drawn[1], "width": "720", "height": ""}
    tables = [_table(report, report.listing(name), most) for name, most in section.listings if report.listing(name).rows]
    return {"title": section.title, "says": list(section.says), "picture": section.chart if drawn else "", "tables": tables}


def _table(report: Report, listing: Listing, most: int) -> dict[str, Any]:
    left = len(listing.rows) - most
    more = (
        f"The first {most:,} of {len(listing.rows):,} rows; all are in the workbook, sheet “{listing.title[:31].strip()}”."
        if left > 0
        else ""
    )
    rows = [_row(report, listing, row) for row in listing.rows[:most]]
    heads = [(column.title, shown.numeric(column)) for column in listing.columns if column.shown]
    return _tabled(listing.title, heads, rows, " ".join(filter(None, (more, listing.note))))


def _tabled(title: str, heads: list[tuple[str, bool]], rows: list[list[dict[str, Any]]], more: str = "") -> dict[str, Any]:
    """weight: how much of the width a column of words wants, by its longest cell."""
    longest = [max((len(row[place]["text"]) for row in rows), default=0) for place in range(len(heads))]
    columns = [
        {"title": name, "number": number, "weight": max(len(name), 8, min(length + 3, 48))}
        for (name, number), length in zip(heads, longest, strict=True)
    ]
    return {"title": title, "columns": columns, "rows": rows, "more": more}


def _row(report: Report, listing: Listing, row: tuple[Cell, ...]) -> list[dict[str, Any]]:
    found = [
        _cell(text, number=shown.numeric(column), state=_state(column, text))
        for column, text in shown.cells(listing, row, report.zone)
    ]
    if story := _story(listing, row):
        found[0]["link"] = f"{report.public_url}/investigate?q={quote(story, safe='')}"
    return found


def _state(column: Column, text: str) -> bool:
    return column.id in ("state", "status") and text in shown.STATES


def _story(listing: Listing, row: tuple[Cell, ...]) -> str:
    ids = {column.id: place for place, column in enumerate(listing.columns)}
    return next((str(row[ids[name]]).split(", ")[0] for name in _STORIES if name in ids and row[ids[name]]), "")


def _cell(text: str, *, number: bool = False, state: bool = False) -> dict[str, Any]:
    mark, colour = shown.STATES[text] if state else ("", "")
    return {"text": f"{mark} {text}".strip(), "number": number, "colour": colour, "link": ""}
