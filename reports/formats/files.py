"""All formats of a report, by name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from reports.document import TO_JSON, Report
from reports.formats.page import html
from reports.formats.print import pdf
from reports.formats.workbook import xlsx

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def json(report: Report) -> bytes:
    """The whole document: figures, lists, rules; money as text, times in UTC."""
    plain: dict[str, Any] = TO_JSON.dump_python(report, mode="json")
    return orjson.dumps({"report_id": report.report_id, **plain}, option=orjson.OPT_INDENT_2)


RENDER: Mapping[str, Callable[[Report], bytes]] = {
    "html": lambda report: html(report).encode(),
    "pdf": pdf,
    "xlsx": xlsx,
    "json": json,
}


def render(report: Report, form: str) -> bytes:
    """The report in `form`, the same bytes for the same report. KeyError for a form that does not exist."""
    return RENDER[form](report)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def file_name(report: Report, form: str) -> str:
    """ "sla-2026-W46-facility-H07-e1.pdf": nothing in it that a file system refuses."""
    edition = f"e{report.edition}" if report.edition else "draft"
    return re.sub(r"[^A-Za-z0-9.-]+", "-", f"sla-{report.week}-{report.audience}-{edition}.{form}")
