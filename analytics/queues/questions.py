"""Backlogs: how deep, how old, and when they will be gone."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

from analytics.context import Context
from analytics.queues.rows import QueuePoint, QueueState
from domain.interval import Interval
from store.query import Query

LATEST = Query.beside(__file__, "latest.sql")
HISTORY = Query.beside(__file__, "history.sql")
_MOST_POINTS = 300


def latest(context: Context) -> tuple[QueueState, ...]:
    """The newest sample of every queue sampled in the last seven days, deepest first. Queues belong to no facility.

    A sample that names no interface belongs to the one configured with its queue.
    """
    interface_of = {interface.queue: interface.id for interface in context.configuration.interfaces if interface.queue}
    states = context.store.rows(LATEST, QueueState, now=context.now)
    return tuple(s if s.interface_id else replace(s, interface_id=interface_of.get(s.queue, "")) for s in states)


def history(context: Context, interval: Interval, queue: str | None = None) -> tuple[QueuePoint, ...]:
    """At most 300 points per queue, each the peak of its step; steps without a sample are left out. None: not reported."""
    step = max(1, math.ceil(interval.length / timedelta(milliseconds=1) / _MOST_POINTS))
    return context.store.rows(HISTORY, QueuePoint, start=interval.start, end=interval.end, step_ms=step, queue=queue or "")
