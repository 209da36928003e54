"""The report as accessible PDF."""

from __future__ import annotations

import json
from pathlib import Path

from reports.document import Report
from reports.formats import setting
from reports.formats.view import view

_SOURCE = Path(__file__).parent / "report.typ"


def pdf(report: Report) -> bytes:
    """PDF/UA-1: headings, tables with header rows, pictures with words, title and language. Its date is when the report was made."""
    return setting.pdf(_SOURCE, json.dumps(view(report, "pdf"), ensure_ascii=False), report.made)
