"""A configured flow as the parameters of its SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from analytics.context import Context
from domain.flows import Flow
from domain.interval import Interval
from store.query import Query

_OF_KEYS = Query.beside(__file__, "evidence_of_keys.sql").text
_OF_LINES = Query.beside(__file__, "evidence_of_lines.sql").text
_JUDGED = Query.beside(__file__, "judged.sql").text
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class OverInstances:
    """A question asked of every instance of one flow; most flows need no levels, and are asked in a simpler way."""

    of_keys: Query
    of_lines: Query

    def of(self, flow: Flow) -> Query:
        return self.of_lines if flow.per_facility or flow.per_line else self.of_keys


def over_instances(file: str) -> OverInstances:
    """The query in `file`, over the evidence of a flow and where its instances stand."""
    question = Query.beside(__file__, file)
    return OverInstances(*(Query(question.name, evidence + _JUDGED + question.text) for evidence in (_OF_KEYS, _OF_LINES)))


def parameters(context: Context, interval: Interval, flow: Flow, key: str | None = None) -> dict[str, Any]:
    """What the evidence and judged.sql take: the flow's order, deadlines and parties, the interval and who asks."""
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
