"""Interfaces observed sampled: every figure of theirs is an estimate, and completeness cannot be told from them."""

from __future__ import annotations

from analytics.context import Context
from analytics.sampling.rows import SampledInterface
from domain.interval import Interval
from store.query import Query

SAMPLED = Query.beside(__file__, "sampled.sql")


def sampled(context: Context, interval: Interval) -> tuple[SampledInterface, ...]:
    """Every interface with sampled spans that began in the interval, by id; '' for spans that name none."""
    return context.store.rows(SAMPLED, SampledInterface, start=interval.start, end=interval.end, **context.scope.parameters())
