"""Error budgets over HTTP, and what each figure rests on."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from analytics import sla
from server.routes.json import Answer
from server.routes.questions import Asked

router = APIRouter(prefix="/api/v1", tags=["service levels"])


@router.get("/sla/budgets")
def list_budgets(context: Asked, sla_id: str | None = None) -> Answer:
    """Budget, burn rates and tiers of every SLA over its own window; least left first."""
    try:
        return Answer(sla.budgets(context, sla_id=sla_id))
    except sla.NoSuchSla as error:
        raise HTTPException(404, str(error)) from error


@router.get("/sla/{sla_id}/why")
def explain_budget(context: Asked, sla_id: str) -> Answer:
    """The slices and exclusions an SLA's budget rests on, and the same counted again from the minute record."""
    try:
        return Answer(sla.why(context, sla_id))
    except sla.NoSuchSla as error:
        raise HTTPException(404, str(error)) from error
