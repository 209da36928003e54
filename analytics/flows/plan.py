"""A configured flow as the parameters of its SQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from analytics.context import Context
from domain.flows import Flow
from domain.interval import Interval
from store.query import Query

_INSTANCES = Query.beside(__file__, "instances_of_flow.sql").text
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def over_instances(file: str) -> Query:
    """The query in `file`, asked of every instance of one flow."""
    question = Query.beside(__file__, file)
    return Query(question.name, _INSTANCES + question.text)


def parameters(context: Context, interval: Interval, flow: Flow, key: str | None = None) -> dict[str, Any]:
    """What `instances_of_flow.sql` takes: the flow's order, deadlines and parties, the interval and who asks."""
    return {
        "flow": flow.id,
        "key": key or "",
        "per_facility": int(flow.per_facility),
        "per_line": int(flow.per_line),
        "steps": [m.id for m in flow.milestones],
        "required": [int(not m.optional) for m in flow.milestones],
        "expected": [_microseconds(m.expected_within or flow.stuck_after) for m in flow.milestones],
        "first": next(n for n, m in enumerate(flow.milestones, 1) if not m.optional),
        "completing": step_number(flow, flow.completes_at),
        "start": max(interval.start, _EPOCH),
        "end": interval.end,
        "length": max(0, int(interval.length.total_seconds())),
        "as_of": min(interval.end, context.now),
        **context.scope.parameters(),
    }


def step_number(flow: Flow, milestone: str) -> int:
    """Position of a milestone, counted from 1; 0 when the flow has no such milestone."""
    return next((n for n, m in enumerate(flow.milestones, 1) if m.id == milestone), 0)


def stages_of(flow: Flow) -> tuple[tuple[int, int], ...]:
    """Pairs of step numbers whose distance is a stage: each milestone after the closest required one before it.

    Optional steps on the way to completion are no stages of their own: their time is part of the stage around them.
    """
    completing = step_number(flow, flow.completes_at)
    pairs, last = [], 0
    for number, milestone in enumerate(flow.milestones, 1):
        if milestone.optional and number < completing:
            continue
        if last:
            pairs.append((last, number))
        if not milestone.optional:
            last = number
    return tuple(pairs)


def _microseconds(length: timedelta | None) -> int:
    return 0 if length is None else int(length / timedelta(microseconds=1))
