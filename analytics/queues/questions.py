"""Backlogs: how deep, how old, and when they will be gone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from analytics.context import Context
from analytics.queues.rows import PollerHealth, PollerStatus, QueuePoint, QueueState
from domain.interval import Interval
from domain.pollers import QueuePoller
from store.query import Query

LATEST = Query.beside(__file__, "latest.sql")
HISTORY = Query.beside(__file__, "history.sql")
POLLERS = Query.beside(__file__, "pollers.sql")
_MOST_POINTS = 300
# A poller that fails asks less and less often, up to this; one quiet for longer is not asking at all.
_LONGEST_WAIT = timedelta(minutes=5)


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


def pollers(context: Context) -> tuple[PollerStatus, ...]:
    """Every configured poller, those in trouble first."""
    told = {row["poller"]: row for row in context.store.records(POLLERS, now=context.now)}
    found = [_status(poller, told.get(poller.id), context.now) for poller in context.configuration.pollers]
    return tuple(sorted(found, key=lambda status: (status.health is PollerHealth.OK, -(status.age_seconds or 0), status.poller)))


def _status(poller: QueuePoller, row: Mapping[str, Any] | None, now: datetime) -> PollerStatus:
    every = poller.every.total_seconds()
    if row is None:
        return PollerStatus(poller.id, poller.kind, PollerHealth.NEW, every, None, None, None, 0, 0, "")
    good: datetime | None = row["last_good"]
    return PollerStatus(
        poller=poller.id,
        kind=poller.kind,
        health=_health(poller, row, now),
        every_seconds=every,
        tried=row["tried"],
        last_good=good,
        age_seconds=None if good is None else (now - good).total_seconds(),
        failures=row["failures"],
        queues=row["queues"],
        error=row["error"],
    )


def _health(poller: QueuePoller, row: Mapping[str, Any], now: datetime) -> PollerHealth:
    overdue = now - row["tried"] > 2 * max(poller.every, _LONGEST_WAIT) + poller.timeout
    if overdue:
        return PollerHealth.SILENT
    return PollerHealth.FAILING if row["failures"] else PollerHealth.OK
