"""The audit log over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from alerts.audit import Entry, as_line, audit, pages
from server.routes.json import Answer
from server.routes.questions import Asked, Limit, Period

router = APIRouter(prefix="/api/v1", tags=["audit"])


@router.get("/audit")
def list_audit(
    context: Asked, interval: Period, actor: str = "", object: str = "", format: Literal["json", "jsonl", "csv"] = "json", limit: Limit = 1_000
) -> Response:  # fmt: skip
    """Who did what, oldest first: JSON with at most `limit` entries, or all of the interval as lines of JSON or CSV.

    Nothing where `facility` narrows the question: what people did belongs to no facility.
    """
    if format == "json":
        return Answer(audit(context, interval, actor=actor, object=object, limit=limit))
    found = pages(context, interval, actor=actor, object=object)
    if format == "jsonl":
        return StreamingResponse(map(as_line, found), media_type="application/x-ndjson")
    return StreamingResponse(
        _as_csv(found), media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="audit.csv"'}
    )


def _as_csv(entries: Iterable[Entry]) -> Iterator[str]:
    yield _row([field.name for field in fields(Entry)])
    for entry in entries:
        yield _row([_cell(value) for value in astuple(entry)])


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: object) -> str:
    """Times as ISO 8601 in UTC; text that a spreadsheet would run as a formula gets an apostrophe."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
