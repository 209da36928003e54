"""How large a share of each interface's calls fails: the cheap question, from minute counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics.context import Context
from domain.interval import Interval
from store.query import Query

_RATES = Query.beside(__file__, "rates.sql")


@dataclass(frozen=True, slots=True)
class FailureShare:
    """Calls of an interface in the interval's minutes, and how many of them failed (at least one). Minutes are UTC."""

    interface_id: str
    spans: int
    errors: int
    first_failure: datetime
    last_failure: datetime


def rates(context: Context, interval: Interval) -> tuple[FailureShare, ...]:
    """Interfaces with a failed call in the interval, most failures first."""
    return context.store.rows(_RATES, FailureShare, start=interval.start, end=interval.end, **context.scope.parameters())
