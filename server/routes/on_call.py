"""Who is on call, over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from alerts.commands import Action, Command, append, outcomes, vouched
from alerts.commands.command import Source
from alerts.on_call import auditor, overrides, overview
from analytics.context import Context
from domain.interval import Interval
from server.routes.json import Answer
from server.runtime import Runtime

router = APIRouter(prefix="/api/v1/on-call", tags=["on-call"])
Days = Annotated[float, Query(gt=0, le=366)]


class OverrideRequest(BaseModel):
    """`person` takes over `schedule`, with `instead_of` only while that one would be on call. start None: at once. by: who asks."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(min_length=1)
    schedule: str = Field(min_length=1)
    person: str = Field(min_length=1)
    start: AwareDatetime | None = None
    end: AwareDatetime
    instead_of: str = ""
    source: Source = Source.API
    request_id: str = ""


class EndRequest(BaseModel):
    """The early end of an override."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(min_length=1)
    source: Source = Source.API
    request_id: str = ""


@router.get("")
def who(request: Request) -> Answer:
    """Every schedule with who is on call now and next, and the open incidents that escalate."""
    context = _context(request)
    return Answer({"schedules": overview.on_duty(context), "escalations": overview.escalations(context)})


@router.get("/shifts")
def list_shifts(request: Request, schedule: str = "", days: Days = 14) -> Answer:
    """Shifts of the coming days, time of nobody included; 404 for a schedule that is not configured."""
    context = _context(request)
    if schedule and context.configuration.schedule(schedule) is None:
        known = ", ".join(one.id for one in context.configuration.schedules) or "none is configured"
        raise HTTPException(404, f'There is no schedule "{schedule}"; there are: {known}')
    return Answer(overview.shifts(context, Interval(context.now, context.now + timedelta(days=days)), schedule))


@router.get("/audit")
def audit(request: Request, days: Days = 7) -> Answer:
    """Every escalation step of the incidents of the last days: due, run, late, waited, missed or stopped."""
    context = _context(request)
    return Answer(auditor.history(context, timedelta(days=days)))


@router.get("/overrides")
def list_overrides(request: Request, ended: bool = False) -> Answer:
    """Overrides asked for that last or will begin, in the order they were made; with `ended` those that are over as well.

    Those written in the configuration are not among them.
    """
    context = _context(request)
    now: datetime = context.now
    return Answer([{"state": one.state(now), "override": one} for one in overrides.overrides(context, ended=ended)])


@router.post("/overrides")
def make_override(request: Request, asked: OverrideRequest) -> Answer:
    """Ask for an override; 202: pending until the scheduler decides (GET /api/v1/incidents/commands?id=…)."""
    return _asked(request, Command(
        Action.OVERRIDE, asked.by, value=asked.person, until=asked.end, starts=asked.start, schedule=asked.schedule,
        instead_of=asked.instead_of, source=vouched(asked.source), command_id=asked.request_id,
    ))  # fmt: skip


@router.post("/overrides/{override_id}/end")
def end_override(request: Request, override_id: str, asked: EndRequest) -> Answer:
    """Ask for the early end of an override; 202: pending until the scheduler decides."""
    return _asked(
        request,
        Command(
            Action.END_OVERRIDE,
            asked.by,
            override_id=override_id,
            source=vouched(asked.source),
            command_id=asked.request_id,
        ),
    )


def _asked(request: Request, command: Command) -> Answer:
    context = _context(request)
    return Answer(outcomes(context, [append(context, command)]), status_code=202)


def _context(request: Request) -> Context:
    runtime: Runtime = request.app.state.runtime
    return runtime.context
