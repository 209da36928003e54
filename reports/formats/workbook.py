"""The report as a workbook: every list whole, every total a formula over it."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from reports.document import Cell, Figure, Listing, Report, Unit
from reports.formats import shown
from reports.formats.formulas import formula, range_of, sheet_names

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NUMBERS = {
    Unit.COUNT: "#,##0",
    Unit.SHARE: "0.00%",
    Unit.SECONDS: "#,##0.0",
    Unit.MONEY: "#,##0.00####",
    Unit.TIME: "yyyy-mm-dd hh:mm:ss",
}
_FIGURES = (
    "Figure",
    "This week",
    "Last week",
    "Four-week mean",
    "A year ago",
    "Unit",
    "How it is made",
    "4 weeks ago",
    "3 weeks ago",
    "2 weeks ago",
    "Last week ",
    "Id",
)


_ADDED_UP = ("overpaid", "due", "credit_due", "rebill_due", "count", "failures", "completed", "instances")


def xlsx(report: Report) -> bytes:
    """Sheets: the report, its figures, changes, one for each list, rules. Times are in the report's zone, durations in seconds."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    made = report.made.replace(tzinfo=None)
    book.set_properties(
        {
            "title": f"SLA report {report.week}",
            "subject": report.name,
            "author": "Supplyscope",
            "comments": report.report_id,
            "created": made,
        }
    )
    sheets = _Sheets(book, report)
    sheets.about()
    sheets.figures()
    if report.replaces:
        sheets.changes()
    for listing in report.listings:
        sheets.listing(listing)
    sheets.rules()
    book.close()
    return out.getvalue()


class _Sheets:
    """Writes one sheet after the other."""

    def __init__(self, book: Any, report: Report) -> None:
        self._book = book
        self._report = report
        self._zone = ZoneInfo(report.zone)
        self._names = sheet_names(report.listings)
        self._bold = book.add_format({"bold": True, "bottom": 1})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._formats = {unit: book.add_format({"num_format": number}) for unit, number in _NUMBERS.items()}

    def _sheet(self, name: str) -> Any:
        """Printed, a sheet is one page wide, its heading on every page."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def about(self) -> None:
        report, sheet = self._report, self._sheet("Report")
        rows = (
            ("Report", report.report_id), ("Week", report.week), ("From", report.start.isoformat()), ("Until", report.end.isoformat()),
            ("For", report.name), ("Organisation", report.organisation), ("Edition", str(report.edition or "draft")),
            ("Made", report.made.isoformat()), ("Data watermark", report.watermark.isoformat()),
            ("Configuration", report.configuration), ("Times in", report.zone), ("Finding", report.headline),
        )  # fmt: skip
        for line, (label, text) in enumerate(rows):
            sheet.write_string(line, 0, label, self._bold)
            sheet.write_string(line, 1, text)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)

    def figures(self) -> None:
        sheet = self._sheet("Figures")
        sheet.write_row(0, 0, [name.strip() for name in _FIGURES], self._bold)
        for line, figure in enumerate(self._report.figures, start=1):
            self._figure(sheet, line, figure)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 5, 15)
        sheet.set_column(6, 6, 80)

    def _figure(self, sheet: Any, line: int, figure: Figure) -> None:
        style, row = self._formats.get(figure.unit), line + 1
        listing = self._report.listing(figure.made.listing)
        sheet.write_string(line, 0, figure.label)
        text = formula(figure, listing, self._names[listing.id])
        sheet.write_array_formula(line, 1, line, 1, f"{{={text}}}", style, _number(figure.value, shown.NO_DATA))
        sheet.write_formula(
            line, 2, f'=IF(ISNUMBER(K{row}),K{row},"{shown.NO_DATA}")', style, _number(figure.last_week, shown.NO_DATA)
        )
        mean = f'=IF(COUNT(H{row}:K{row})=0,"{shown.NO_DATA}",AVERAGE(H{row}:K{row}))'
        sheet.write_formula(line, 3, mean, style, _number(figure.four_weeks, shown.NO_DATA))
        self._value(sheet, line, 4, figure.year_ago, figure.unit)
        sheet.write_string(line, 5, figure.currency or figure.unit.value)
        sheet.write_string(line, 6, shown.made_of(figure, self._report))
        for place, value in enumerate(figure.course[:4]):
            self._value(sheet, line, 7 + place, value, figure.unit)
        sheet.write_string(line, 11, figure.id)

    def changes(self) -> None:
        sheet = self._sheet("Changes")
        sheet.write_row(0, 0, ["Figure", f"In {self._report.replaces}", "Now", "Why"], self._bold)
        for line, change in enumerate(self._report.changes, start=1):
            sheet.write_string(line, 0, change.label)
            self._value(sheet, line, 1, change.old, change.unit)
            self._value(sheet, line, 2, change.new, change.unit)
            sheet.write_string(line, 3, change.cause)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 2, 22)
        sheet.set_column(3, 3, 110)

    def listing(self, listing: Listing) -> None:
        """Column A numbers the rows, so that counting them counts something that is never empty."""
        sheet = self._sheet(self._names[listing.id])
        sheet.write_row(0, 0, ["#", *(_heading(c.title, c.unit, self._report.zone) for c in listing.columns)], self._bold)
        for line, row in enumerate(listing.rows, start=1):
            sheet.write_number(line, 0, line)
            for place, column in enumerate(listing.columns, start=1):
                self._value(sheet, line, place, row[place - 1], column.unit)
        self._totals(sheet, listing)
        sheet.freeze_panes(1, 1)
        sheet.autofit(320)

    def _totals(self, sheet: Any, listing: Listing) -> None:
        """Below the rows: the sum of each money and count column that adds up, live; nothing across currencies."""
        currencies = (
            {row[listing.at("currency")] for row in listing.rows} if any(c.id == "currency" for c in listing.columns) else set()
        )
        last = len(listing.rows)
        for place, column in enumerate(listing.columns, start=1):
            adds_up = column.id in _ADDED_UP and column.unit in (Unit.MONEY, Unit.COUNT)
            if adds_up and last and (column.unit is not Unit.MONEY or len(currencies) == 1):
                values = [row[place - 1] for row in listing.rows if row[place - 1] is not None]
                total = float(sum((Decimal(str(value)) for value in values), Decimal(0)))
                sheet.write_string(last + 2, 0, "Total", self._bold)
                style = self._formats[column.unit]
                sheet.write_formula(last + 2, place, f"=SUM({range_of(place, last)})", style, total)

    def rules(self) -> None:
        sheet = self._sheet("Rules")
        sheet.set_column(0, 0, 130)
        for line, rule in enumerate(self._report.rules):
            sheet.write_string(line, 0, rule, self._wrap)

    def _value(self, sheet: Any, line: int, place: int, value: Cell, unit: Unit) -> None:
        if value is None:
            return
        if unit is Unit.TEXT:
            sheet.write_string(line, place, str(value))
        elif unit is Unit.TIME:
            local = datetime.fromisoformat(str(value)).astimezone(self._zone).replace(tzinfo=None)
            sheet.write_datetime(line, place, local, self._formats[unit])
        else:
            sheet.write_number(line, place, float(value), self._formats[unit])


def _heading(title: str, unit: Unit, zone: str) -> str:
    return {Unit.TIME: f"{title} ({zone})", Unit.SECONDS: f"{title} (seconds)"}.get(unit, title)


def _number(value: Cell, nothing: str) -> float | str:
    return nothing if value is None else float(value)
