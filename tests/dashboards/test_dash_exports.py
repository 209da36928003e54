"""What leaves a page is exact, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

from dashboards.components.tables import as_csv, as_xlsx

ROWS = [
    {
        "PO": "PO-1",
        "Overpaid": Decimal("23.456789"),
        "Ordered": datetime(2026, 11, 19, 14, 4, tzinfo=UTC),
        "Note": "=HYPERLINK(1)",
    },
    {"PO": "PO-2", "Overpaid": Decimal("0.10"), "Ordered": None, "Note": "two\nlines, and a comma"},
]


def test_csv_keeps_every_digit_and_the_zone() -> None:
    read = list(csv.DictReader(io.StringIO(as_csv(ROWS).decode("utf-8-sig"))))
    assert read[0]["Overpaid"] == "23.456789"
    assert read[0]["Ordered"] == "2026-11-19T14:04:00+00:00"
    assert read[1]["Ordered"] == ""
    assert read[1]["Note"] == "two\nlines, and a comma"


def test_csv_defuses_formulas() -> None:
    read = list(csv.DictReader(io.StringIO(as_csv(ROWS).decode("utf-8-sig"))))
    assert read[0]["Note"] == "'=HYPERLINK(1)"


def test_spreadsheet_names_the_zone_and_holds_no_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(ROWS, "America/Chicago"))) as book:
        texts, sheet = book.read("xl/sharedStrings.xml").decode(), book.read("xl/worksheets/sheet1.xml").decode()
    assert "Ordered (America/Chicago)" in texts
    assert "=HYPERLINK(1)" in texts
    assert "<f>" not in sheet
    assert "23.456789" in sheet
