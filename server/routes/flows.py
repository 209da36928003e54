"""Questions about flows beside their list: whose clock ran, which ways they went, who is slow, what is activated."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from analytics import flows
from server.routes.json import Answer
from server.routes.questions import Asked, Limit, Period

router = APIRouter(prefix="/api/v1/flows", tags=["flows"])


@router.get("/attribution")
def list_parties(context: Asked, interval: Period, flow: str) -> Answer:
    """Seconds by the party waited for, wall and business; the parts add up to the whole."""
    return Answer(flows.attribution(context, interval, flow))


@router.get("/bottleneck")
def list_shares(context: Asked, interval: Period, flow: str) -> Answer:
    """What completed instances waited for, the longest first, beside the period before."""
    return Answer(flows.bottleneck(context, interval, flow))


@router.get("/variants")
def list_variants(context: Asked, interval: Period, flow: str, limit: Limit = 50) -> Answer:
    """Orders in which completed instances reached their steps."""
    return Answer(flows.variants(context, interval, flow, limit=limit))


@router.get("/rework")
def list_rework(context: Asked, interval: Period, flow: str) -> Answer:
    """Steps done more than once or refused first."""
    return Answer(flows.rework(context, interval, flow))


@router.get("/comparison")
def compare_groups(context: Asked, interval: Period, flow: str, group: Literal["facility", "supplier"] = "facility") -> Answer:
    """Median cycle time by facility or supplier with its 95 % interval, against all and against the period before."""
    return Answer(flows.comparison(context, interval, flow, group))


@router.get("/activation")
def list_activation(context: Asked, interval: Period, contract: str | None = None, limit: Limit = 200) -> Answer:
    """Contracts by line: loaded, rejected, proven."""
    return Answer(flows.activation(context, interval, contract=contract, limit=limit))


@router.get("/lag")
def show_lag(context: Asked) -> Answer:
    """How far the stored instances are behind what was received."""
    return Answer(flows.lag(context))
