"""What every question about failures takes, and how their SQL is put together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from analytics.context import Context
from domain.failures import QUIET_AFTER
from domain.interval import Interval
from store.query import Query

_ANSWERED = Query.beside(__file__, "failures_of_interval.sql").text
_JUDGED = _ANSWERED + Query.beside(__file__, "judged.sql").text
_EPISODES = _ANSWERED + Query.beside(__file__, "episodes.sql").text
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def over_groups(question: Query) -> Query:
    """`question` over `judged`: failures of an object at a facility."""
    return Query(question.name, _JUDGED + question.text)


def over_episodes(question: Query) -> Query:
    """`question` over `episodes`: each time an object failed at a facility, until it was answered."""
    return Query(question.name, _EPISODES + question.text)


def parameters(
    context: Context,
    interval: Interval,
    failure_class: str | None = None,
    interface: str | None = None,
    key: str | None = None,
    objects: Sequence[str] = (),
) -> dict[str, Any]:
    """Interval, filters, who asks, and which classes pass by themselves or are over after quiet time."""
    classes = context.configuration.failure_classes
    return {
        "start": max(interval.start, EPOCH),
        "end": interval.end,
        "now": context.now,
        "failure_class": failure_class or "",
        "interface": interface or "",
        "key": key or "",
        "objects": list(objects),
        "transient": [c.id for c in classes if c.transient],
        "quiet_classes": [c.id for c in classes],
        "quiet_seconds": [int(c.quiet_after.total_seconds()) for c in classes],
        "quiet_default": int(QUIET_AFTER.total_seconds()),
        **context.scope.parameters(),
    }
