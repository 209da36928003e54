"""Money of several periods at once: a course of weeks costs one look at the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from analytics.context import Context
from analytics.pricing.questions import judged, parameters
from domain.interval import Interval

OVERPAID = judged("ordered.sql", "by_period.sql")
CREDITS = judged("billed.sql", "credits_by_period.sql")


@dataclass(frozen=True, slots=True)
class PeriodAmount:
    """What a supplier stands for in one period, numbered from 0; a period without any has no row."""

    period: int
    supplier_id: str
    currency: str
    amount: Decimal
    lines: int


def overpaid_by_period(context: Context, interval: Interval, starts: Sequence[datetime]) -> tuple[PeriodAmount, ...]:
    """Paid above contract in each of the periods that begin at `starts` (ascending, the first at the interval's start) and fill
    `interval`: what `total` and `by` tell of each period alone."""
    return context.store.rows(OVERPAID, PeriodAmount, **parameters(context, interval), bounds=list(starts))


def credits_by_period(context: Context, interval: Interval, starts: Sequence[datetime]) -> tuple[PeriodAmount, ...]:
    """Credits due for what was invoiced in each period: what `credits_due` tells of each alone."""
    return context.store.rows(CREDITS, PeriodAmount, **parameters(context, interval), bounds=list(starts))
