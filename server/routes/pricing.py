"""Money over HTTP: paid above contract and why, what is owed back, what no contract covers, and how smoothly orders and invoices run."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query

from analytics import pricing
from analytics.pricing.billing import RateGroup, SpendGroup
from analytics.pricing.questions import Group
from server.routes.json import Answer
from server.routes.questions import Asked, Limit, Period

router = APIRouter(prefix="/api/v1/pricing", tags=["questions"])
Offset = Annotated[int, Query(ge=0)]
_MOST_PERIODS = 120


@router.get("/by")
def list_groups(context: Asked, interval: Period, group: Group = "contract", limit: Limit = 20) -> Answer:
    """Overpaid money per contract, item, supplier or facility, by cause."""
    return Answer(pricing.by(context, interval, group, limit))


@router.get("/trend")
def list_days(context: Asked, interval: Period) -> Answer:
    """Overpaid money per day of ordering."""
    return Answer(pricing.trend(context, interval))


@router.get("/periods")
def list_periods(context: Asked, interval: Period, days: Annotated[int, Query(ge=1, le=92)] = 7) -> Answer:
    """Overpaid money and credits due by supplier, in periods of so many days from the interval's start."""
    step = timedelta(days=days)
    starts = [interval.start + n * step for n in range(ceil((interval.end - interval.start) / step))]
    if len(starts) > _MOST_PERIODS:
        raise HTTPException(422, f"{len(starts)} periods of {days} d are more than {_MOST_PERIODS}; ask for longer ones")
    overpaid, credits = (
        pricing.overpaid_by_period(context, interval, starts),
        pricing.credits_by_period(context, interval, starts),
    )
    return Answer({"starts": starts, "overpaid": overpaid, "credits": credits})


@router.get("/not-comparable")
def list_not_comparable(context: Asked, interval: Period, limit: Limit = 200, offset: Offset = 0) -> Answer:
    """Lines in no figure: counted by reason, and one by one."""
    found = pricing.not_comparable(context, interval, limit=limit, offset=offset)
    return Answer({"reasons": pricing.not_comparable_reasons(context, interval), "lines": found})


@router.get("/credits")
def list_credits(context: Asked, interval: Period, supplier: str | None = None, limit: Limit = 200, offset: Offset = 0) -> Answer:
    """Credits and rebills due by supplier and contract, and the invoice lines they are made of."""
    found = pricing.credit_lines(context, interval, supplier=supplier, limit=limit, offset=offset)
    return Answer({"credits": pricing.credits_due(context, interval, limit), "lines": found})


@router.get("/exceptions")
def list_exceptions(context: Asked, interval: Period, limit: Limit = 200) -> Answer:
    """Invoice exceptions with the interface failure behind each, and counted by it."""
    found = pricing.invoice_exceptions(context, interval, limit)
    return Answer({"causes": pricing.exception_causes(context, interval), "lines": found})


@router.get("/realised")
def list_realised(context: Asked, interval: Period, group: SpendGroup = "", limit: Limit = 200) -> Answer:
    """Spend on and off contract."""
    return Answer(pricing.realised_spend(context, interval, group, limit))


@router.get("/rates")
def list_rates(context: Asked, interval: Period, group: RateGroup = "", limit: Limit = 200) -> Answer:
    """Perfect orders and touchless invoices."""
    return Answer(
        {
            "perfect_orders": pricing.perfect_orders(context, interval, group, limit),
            "touchless": pricing.touchless(context, interval, group, limit),
        }
    )
