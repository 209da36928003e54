"""Each format of a stored report, without the engine: accessible, self-contained, safe with whatever systems say."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reports.document import TO_JSON, Column, Listing, Made, Report, Unit
from reports.formats import charts, files, setting, shown
from reports.formats.formulas import sheet_names
from reports.recount import of_rows

REPORT = TO_JSON.validate_json((Path(__file__).parent / "golden" / "edition2.json").read_bytes())
_HOSTILE = '<script>alert(1)</script> =HYPERLINK("http://x") 契約 🦠 #set page() \\u{1} “x” {{7*7}}'


def _hostile() -> Report:
    """The same week with a promise, a cause and a headline that try everything."""
    listings = []
    for listing in REPORT.listings:
        place = next((n for n, c in enumerate(listing.columns) if c.id in ("name", "cause", "what", "action", "stage")), None)
        rows = listing.rows if place is None else tuple((*r[:place], _HOSTILE, *r[place + 1 :]) for r in listing.rows)
        listings.append(replace(listing, rows=rows))
    return replace(REPORT, headline=_HOSTILE, name=_HOSTILE, listings=tuple(listings))


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("report", [REPORT, _hostile()], ids=["plain", "hostile"])
def test_the_page_stands_alone_and_is_accessible(report: Report) -> None:
    found = _Tags(files.render(report, "html").decode())
    names = [tag for tag, _ in found.tags]
    assert not {"script", "link", "iframe", "form"} & set(names)
    assert names.count("h1") == 1
    assert all(attributes.get("scope") == "col" for tag, attributes in found.tags if tag == "th")
    pictures = [attributes for tag, attributes in found.tags if tag == "img"]
    assert pictures
    assert all(p["alt"] and str(p["src"]).startswith("data:image/png;base64,") for p in pictures)
    assert ("html", {"lang": "en"}) in found.tags


@pytest.mark.parametrize("report", [REPORT, _hostile()], ids=["plain", "hostile"])
def test_the_pdf_is_tagged_and_says_that_it_is_accessible(report: Report) -> None:
    pdf = files.render(report, "pdf")
    assert pdf.startswith(b"%PDF-1.7")
    for marks in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid:part>1<", b"/DisplayDocTitle true"):
        assert marks in pdf, marks


def test_a_letter_without_a_glyph_is_replaced_in_pdf_only() -> None:
    assert (setting.font_of("a"), setting.font_of("✕"), setting.font_of("契")) == (setting.SANS, setting.SYMBOLS, "")
    assert "契約" in files.render(_hostile(), "html").decode()


def test_the_workbook_runs_nothing_that_systems_said() -> None:
    book = load_workbook(io.BytesIO(files.render(_hostile(), "xlsx")))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    text = str(getattr(cell.value, "text", cell.value))
                    assert "HYPERLINK" not in text
                    assert sheet.title == "Figures" or text.startswith("=SUM("), (sheet.title, text)


def test_the_workbook_holds_every_row_of_every_list() -> None:
    book = load_workbook(io.BytesIO(files.render(REPORT, "xlsx")), data_only=True)
    for listing in REPORT.listings:
        sheet = book[sheet_names(REPORT.listings)[listing.id]]
        numbers = [row[0].value for row in sheet.iter_rows(min_row=2) if isinstance(row[0].value, int)]
        assert numbers == list(range(1, len(listing.rows) + 1)), listing.id
        assert sheet.cell(1, 1).value == "#"


def test_nothing_in_the_files_depends_on_when_they_are_rendered() -> None:
    with zipfile.ZipFile(io.BytesIO(files.render(REPORT, "xlsx"))) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert REPORT.made.strftime("%Y-%m-%dT%H:%M:%SZ") in book.read("docProps/core.xml").decode()
    assert REPORT.made.strftime("D:%Y%m%d%H%M%S").encode() in files.render(REPORT, "pdf")


def test_json_is_the_whole_document() -> None:
    told = json.loads(files.render(REPORT, "json"))
    assert told["report_id"] == REPORT.report_id
    del told["report_id"]
    assert TO_JSON.validate_python(told) == REPORT


def test_a_list_longer_than_the_appendix_says_where_the_rest_is() -> None:
    leakage = REPORT.listing("leakage")
    many = replace(leakage, rows=leakage.rows * 40)
    report = replace(REPORT, listings=tuple(many if one.id == "leakage" else one for one in REPORT.listings))
    page = files.render(report, "html").decode()
    assert f"The first 25 of {len(many.rows):,} rows; all are in the workbook" in page
    assert page.count("PO-late") < len(many.rows)


def test_file_names_hold_nothing_a_file_system_refuses() -> None:
    report = replace(REPORT, audience="supplier:A/B \\ C", edition=3)
    assert files.file_name(report, "pdf") == "sla-2026-W46-supplier-A-B-C-e3.pdf"


def test_sheet_names_are_short_and_each_once() -> None:
    named = [Listing(str(n), "Invoice lines billed otherwise than agreed: all", (), (), ()) for n in range(12)]
    names = sheet_names([*named, Listing("f", "Figures", (), (), ())])
    assert len(set(names.values())) == 13
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names.values())
    assert names["f"] != "Figures"


def test_no_data_is_said_and_never_zero() -> None:
    empty = Listing("l", "List", (Column("n", "N", Unit.SECONDS),), ((None,),), ("n",))
    assert of_rows(empty, Made("l", "median", "n"), Unit.SECONDS) is None
    assert of_rows(empty, Made("l", "share", where=(("n", ("x",)),)), Unit.SHARE) is None
    figure = replace(REPORT.figures[0], value=None, unit=Unit.SHARE)
    assert shown.figure(None, figure, "UTC") == "no data"
    assert "no data" in charts.spark_words(replace(figure, course=(None, 0.5)), REPORT)
