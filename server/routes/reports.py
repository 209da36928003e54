"""The weekly report over HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from reports.weeks import IsoWeek

from reports import weekly
from server.routes.json import Answer
from server.runtime import Runtime

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])


@dataclass(frozen=True, slots=True)
class Rendered:
    """The report as HTML, and its figures."""

    week: str
    html: str
    report: object


@router.get("/weekly")
def render_weekly(request: Request, week: str) -> Answer:
    """Build and render one ISO week, for example 2026-W46; 400 when the week is not one."""
    runtime: Runtime = request.app.state.runtime
    try:
        parsed = IsoWeek.parse(week)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
    report = weekly.build(runtime.context, parsed)
    return Answer(Rendered(week, weekly.render_html(report), report))
