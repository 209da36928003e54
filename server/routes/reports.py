"""The weekly report over HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from alerts.channels.channel import Outcome
from alerts.channels.email import EmailChannel
from reports import weekly
from reports.render import html
from reports.weeks import IsoWeek
from server.routes.json import Answer
from server.runtime import Runtime

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])


@dataclass(frozen=True, slots=True)
class Rendered:
    """The report as HTML, and its figures."""

    week: str
    html: str
    report: object


class Mailing(BaseModel):
    """Which week to mail to whom."""

    model_config = ConfigDict(extra="forbid")
    week: str
    to: list[str] = Field(min_length=1)


@router.get("/weekly")
def render_weekly(request: Request, week: str) -> Answer:
    """Build and render one ISO week, for example 2026-W46; 400 when the week is not one."""
    report = _built(request, week)
    return Answer(Rendered(week, html(report), report))


@router.post("/weekly/mail")
def mail_weekly(request: Request, mailing: Mailing) -> Answer:
    """Mail one week's report; 409 when no mail channel is configured, 502 when the mail server does not take it."""
    runtime: Runtime = request.app.state.runtime
    channel = next((c for c in runtime.channels.values() if isinstance(c, EmailChannel)), None)
    if channel is None:
        raise HTTPException(409, "No mail channel works: configure one of kind email and set the variables it names")
    report = _built(request, mailing.week)
    subject = f"SLA report {report.week}: {report.headline}"
    text = f"{report.headline}\n\nThe report is in the HTML part of this mail, and at {report.configuration.organisation.public_url}\n"
    delivery = channel.send_page(mailing.to, subject, html(report), text)
    if delivery.outcome is not Outcome.SENT:
        raise HTTPException(502, delivery.detail)
    return Answer({"mailed": mailing.to, "detail": delivery.detail})


def _built(request: Request, week: str) -> weekly.WeeklyReport:
    runtime: Runtime = request.app.state.runtime
    try:
        return weekly.build(runtime.context, IsoWeek.parse(week))
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
