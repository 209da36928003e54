"""Who is on call, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request

from alerts.on_call import auditor, overview
from analytics.context import Context
from domain.interval import Interval
from server.routes.json import Answer
from server.runtime import Runtime

router = APIRouter(prefix="/api/v1/on-call", tags=["on-call"])
Days = Annotated[float, Query(gt=0, le=366)]


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


def _context(request: Request) -> Context:
    runtime: Runtime = request.app.state.runtime
    return runtime.context
