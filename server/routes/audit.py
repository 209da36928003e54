"""The audit log over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from alerts.audit import Entry, Position, as_line, audit, pages
from domain.interval import Interval
from server.routes.json import Answer
from server.routes.questions import Asked, Limit, Period

router = APIRouter(prefix="/api/v1", tags=["audit"])


@router.get("/audit")
def list_audit(
    request: Request, context: Asked, interval: Period, actor: str = "", object: str = "", after: str = "",
    format: Literal["json", "jsonl", "csv"] | None = None, limit: Limit = 1_000,
) -> Response:  # fmt: skip
    """Who did what, oldest first: JSON with at most `limit` entries, or all of the interval as lines of JSON or CSV.

    Where JSON has more, the header Link (rel="next") names the next page; `after` is "at,event_id" of the last entry got. Without `format`,
    the header Accept decides (application/x-ndjson, text/csv). Nothing where `facility` narrows the question: what people did belongs to no facility.
    """
    behind, wanted = _position(after), format or _accepted(request)
    if wanted == "json":
        page = audit(context, interval, actor=actor, object=object, after=behind, limit=limit)
        answer = Answer(page)
        if len(page) == limit:
            answer.headers["Link"] = f'<{request.url.path}?{_behind(request, interval, page[-1])}>; rel="next"'
        return answer
    found = pages(context, interval, actor=actor, object=object, after=behind)
    if wanted == "jsonl":
        return StreamingResponse(map(as_line, found), media_type="application/x-ndjson")
    return StreamingResponse(
        _as_csv(found), media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="audit.csv"'}
    )


def _accepted(request: Request) -> str:
    accepted = request.headers.get("Accept", "")
    return "jsonl" if "application/x-ndjson" in accepted else "csv" if "text/csv" in accepted else "json"


def _position(after: str) -> Position | None:
    at, _, event_id = after.partition(",")
    if not after:
        return None
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not event_id:
            raise ValueError
    except ValueError:
        remedy = "write at and event_id of the last entry, for example 2026-11-19T15:00:00Z,4f1d…"
        raise HTTPException(400, f'after = "{after}" is not a moment with its zone, a comma and an event_id; {remedy}') from None
    return Position(moment.astimezone(UTC), event_id)


def _behind(request: Request, interval: Interval, last: Entry) -> str:
    """The same question behind an entry; its bounds are written out, as "now" would move."""
    bounds = {"from": interval.start.isoformat(), "to": interval.end.isoformat()}
    return urlencode(dict(request.query_params) | bounds | {"after": f"{last.at.isoformat()},{last.event_id}"})


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
