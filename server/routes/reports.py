"""Weekly reports over HTTP: drafts with progress, stored editions and their files, sending."""

from __future__ import annotations

import base64
import queue
import threading
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from analytics.context import Context
from reports import audiences, building, record, schedule
from reports.audiences import Audience, NoSuchAudience
from reports.building import Progress
from reports.formats import files
from reports.record import Command, Edition
from reports.sections.asking import Answers
from reports.weeks import IsoWeek
from server.routes.json import Answer
from server.runtime import Runtime
from store.priority import behind_intake

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
Format = Literal["html", "pdf", "xlsx", "json"]
Formats = Annotated[list[Format], Query(alias="format")]


class Asked(BaseModel):
    """Make the week anew as its next edition (`edition` 0) or take a stored one; and send it, to its readers or to `to`."""

    model_config = ConfigDict(extra="forbid")
    audience: str
    week: str
    edition: int = Field(default=0, ge=0)
    to: list[str] = []
    send: bool = True
    by: str = Field(default="api", min_length=1, max_length=80)


@router.get("/audiences")
def list_audiences(request: Request, week: str | None = None) -> Answer:
    """Every report with its readers and when it goes out next; suppliers seen in `week` (the last whole one) have one each."""
    context = _context(request)
    zone = context.configuration.organisation.time_zone
    asked = _week(week) if week else IsoWeek.before(context.now, zone)
    return Answer([_told(one, asked, context) for one in audiences.with_suppliers(context, asked.interval(zone))])


@router.get("/editions")
def list_editions(request: Request, audience: str = "", week: str = "", limit: int = 1_000) -> Answer:
    """Stored editions without their figures, newest week first."""
    return Answer(record.editions(_context(request).store, audience, week, limit))


@router.get("/mailings")
def list_mailings(request: Request, audience: str = "", week: str = "", limit: int = 500) -> Answer:
    """Mails of reports and what became of them: owed, sent, or dead with the reason."""
    rows = record.mailings(_context(request).store, audience=audience, week=week, limit=limit)
    return Answer([_mailed(row) for row in rows])


@router.get("/file")
def get_file(
    request: Request, audience: str, week: str, form: Annotated[Format, Query(alias="format")] = "pdf", edition: int = 0
) -> Response:
    """One file of a stored edition (0: the newest), the same bytes every time; 404 when there is none.

    X-Supplyscope-As-Made is false when a newer Supplyscope lays it out otherwise than the one that made it; the figures are the same.
    """
    held = _held(request, audience, week, edition)
    content = files.render(held.report, form)
    digest = files.digest(content)
    headers = {
        "Content-Disposition": f'attachment; filename="{files.file_name(held.report, form)}"',
        "ETag": f'"{digest}"',
        "X-Supplyscope-Report": held.report.report_id,
        "X-Supplyscope-As-Made": str(held.digests.get(form) == digest).lower(),
    }
    return Response(content, media_type=files.MEDIA_TYPES[form], headers=headers)


@router.get("/edition")
def get_edition(request: Request, audience: str, week: str, edition: int = 0) -> Answer:
    """The whole document of a stored edition (0: the newest) and the digests of its files as first made."""
    held = _held(request, audience, week, edition)
    return Answer({"report_id": held.report.report_id, "report": held.report, "digests": dict(held.digests)})


@router.get("/draft")
def make_draft(request: Request, week: str, formats: Formats, audience: str = "leadership") -> StreamingResponse:
    """Build one week now and keep nothing: lines of JSON, first its progress, last its files (base64) or an error."""
    context = _context(request)
    chosen, asked = _audience(context, audience), _week(week)
    return StreamingResponse(_drafting(context, chosen, asked, formats), media_type="application/x-ndjson")


@router.post("/commands", status_code=202)
def command(request: Request, asked: Asked) -> Answer:
    """Ask the scheduler for an edition, to be stored and sent; answers with the command, whose outcome follows in seconds."""
    context = _context(request)
    chosen, week = _audience(context, asked.audience), _week(asked.week)
    wanted = Command("", chosen.id, str(week), asked.edition, asked.by, tuple(asked.to), asked.send)
    return Answer({"command_id": record.ask(context.store, wanted, context.now), "outcome": "pending"}, 202)


@router.get("/commands/{command_id}")
def get_command(request: Request, command_id: str) -> Answer:
    """pending, done (with the edition) or refused (with the reason)."""
    found = record.outcome(_context(request).store, command_id)
    if found is None:
        raise HTTPException(404, f'There is no command "{command_id}"; POST /api/v1/reports/commands answers with one')
    return Answer(found)


def _drafting(context: Context, audience: Audience, week: IsoWeek, formats: list[Format]) -> Iterator[bytes]:
    """The building runs in a thread of its own, behind intake, and tells how far it is."""
    lines: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def tell(progress: Progress) -> None:
        lines.put({"done": progress.done, "of": progress.of + len(formats), "doing": progress.doing})

    def run() -> None:
        behind_intake()
        try:
            report = building.build(Answers(context), audience, week, tell)
            made: dict[str, str] = {}
            for form in formats:
                made[files.file_name(report, form)] = base64.b64encode(files.render(report, form)).decode()
            lines.put({"report_id": report.report_id, "headline": report.headline, "files": made})
        except Exception as error:  # The answer has begun: what went wrong is its last line.
            lines.put({"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"})
        lines.put(None)

    threading.Thread(target=run, name="report draft", daemon=True).start()
    while (line := lines.get()) is not None:
        yield orjson.dumps(line) + b"\n"


def _told(audience: Audience, week: IsoWeek, context: Context) -> dict[str, Any]:
    """`next`: when the report of the week in hand goes out."""
    return {
        "id": audience.id, "kind": audience.kind.value, "name": audience.name, "time_zone": audience.zone,
        "calendar": audience.calendar.id if audience.calendar else None, "to": audience.settings.to,
        "attach": audience.settings.attach,
        "goes_out": schedule.sent_at(audience, IsoWeek.before(context.now, audience.zone).back(-1)) if audience.settings.to else None,
        "week": str(week),
    }  # fmt: skip


def _mailed(row: record.Mailing) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in row.__dataclass_fields__ if name != "payload"}
    return told | {"to": row.addresses, "attach": row.attach}


def _held(request: Request, audience: str, week: str, edition: int) -> Edition:
    held = record.edition(_context(request).store, audience, str(_week(week)), edition)
    if held is None:
        which = f"edition {edition}" if edition else "edition"
        raise HTTPException(404, f"There is no {which} of {audience} for {week}; make one with POST /api/v1/reports/commands")
    return held


def _context(request: Request) -> Context:
    runtime: Runtime = request.app.state.runtime
    return runtime.context


def _audience(context: Context, id: str) -> Audience:
    try:
        return audiences.find(context.configuration, id)
    except NoSuchAudience as error:
        raise HTTPException(404, str(error)) from error


def _week(text: str) -> IsoWeek:
    try:
        return IsoWeek.parse(text)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
