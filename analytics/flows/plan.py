"""A configured flow as the parameters of its SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.context import Context
from analytics.sla import calendars
from domain.flows import Flow
from domain.interval import Interval
from store.generations import active_number
from store.query import Query

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)
# What can be asked of the table is asked of it in asked.sql. To look for more that could be takes the engine longer than the answer.
_AS_WRITTEN = "\nSETTINGS query_plan_filter_push_down = 0"
# Everything of one key, as far as the interval asked about goes.
_OF_THE_KEY = "milestones.key = {key:String} AND milestones.time < fromUnixTimestamp64Micro({end_us:Int64}, 'UTC')"


def text(*files: str) -> str:
    return "".join((Path(__file__).parent / file).read_text() for file in files)


def known(flow: Flow, which: str, *, renamed: bool) -> str:
    """SQL that defines `standing`, from the evidence for which `which` holds; `renamed`: there are crosswalks to look into."""
    return _told(flow.in_levels, which, renamed) + text("known.sql", "standing.sql")


def _told(in_levels: bool, which: str, renamed: bool) -> str:
    told = text("known_of_lines.sql" if in_levels else "known_of_keys.sql")
    evidence, rest = (text("named.sql"), "true") if renamed else ("current_milestones", which)
    return told.replace("/*which*/", rest).replace("/*evidence*/", evidence.strip()).replace("/*which*/", which)


@dataclass(frozen=True, slots=True)
class OverInstances:
    """A question asked of the instances of one flow: of those stored, or of one key's evidence as it is this moment."""

    stored: Query
    live_keys: Query
    live_lines: Query

    def of(self, flow: Flow, key: str | None = None) -> Query:
        if key is None:
            return self.stored
        return self.live_lines if flow.in_levels else self.live_keys


def over_instances(file: str) -> OverInstances:
    """The query in `file`, which reads `judged`: where the instances of a flow stood at the end of an interval."""
    question, name = text("judged.sql", file), f"flows/{file.removesuffix('.sql')}"
    live = (
        _told(in_levels, _OF_THE_KEY, renamed=True) + text("known.sql", "standing.sql", "stands_live.sql")
        for in_levels in (False, True)
    )
    stored = text("asked.sql", "stored.sql", "standing.sql", "stands.sql")
    keys, lines = (Query(name, evidence + question) for evidence in live)
    return OverInstances(Query(name, stored + question + _AS_WRITTEN), keys, lines)


def over_stored(file: str) -> Query:
    """The query in `file`, which reads `asked`: the stored instances alive in an interval; and `points` and `codes` of the calendar."""
    return Query(f"flows/{file.removesuffix('.sql')}", text("asked.sql", "calendar.sql", file) + _AS_WRITTEN)


def definition(context: Context, flow: Flow) -> str:
    """Changes when instances must be computed anew: the flow, its calendar, or the generation of rules that made its evidence."""
    calendar = context.configuration.calendar(flow.calendar) if flow.calendar else None
    parts = (flow.model_dump_json(), calendars.revision(calendar) if calendar else "", active_number(context.store))
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:12]


def shape(context: Context, flow: Flow) -> dict[str, Any]:
    """What the SQL up to `standing` and `attributed` takes: the steps of the flow and its calendar."""
    calendar = context.configuration.calendar(flow.calendar) if flow.calendar else None
    steps = flow.milestones
    return {
        "flow": flow.id,
        "definition": definition(context, flow),
        "steps": [m.id for m in steps],
        "numbers": list(range(1, len(steps) + 1)),
        "required": [int(not m.optional or m.id == flow.completes_at) for m in steps],
        "ending": [int(m.id in flow.abandoned_at) for m in steps],
        "first": next(n for n, m in enumerate(steps, 1) if not m.optional),
        "completing": step_number(flow, flow.completes_at),
        "per_facility": int(flow.per_facility),
        "per_line": int(flow.per_line),
        "effective_attribute": flow.effective_attribute or "",
        "calendar": flow.calendar or "",
        "revision": calendars.revision(calendar) if calendar else "",
    }


def parameters(context: Context, interval: Interval, flow: Flow, key: str | None = None) -> dict[str, Any]:
    """What the questions take: the flow's order, deadlines and parties, the interval and who asks."""
    return {
        **shape(context, flow),
        "key": key or "",
        "expected": [_microseconds(m.expected_within or flow.stuck_after) for m in flow.milestones],
        "abandoned_after": _microseconds(flow.abandoned_after),
        "completes_within": _microseconds(completes_within(flow)),
        "start_us": microseconds(max(interval.start, _EPOCH)),
        "end_us": microseconds(interval.end),
        "as_of_us": microseconds(min(interval.end, context.now)),
        "remaining": [[] for _ in flow.milestones],
        "unfinished": 0,
        **context.scope.parameters(),
    }


def completes_within(flow: Flow) -> timedelta | None:
    """The time an instance has in all: as configured, else what its required steps have together; None when one has none."""
    if flow.completes_within is not None:
        return flow.completes_within
    last = step_number(flow, flow.completes_at)
    required = [m for m in flow.milestones[:last] if not m.optional][1:]
    allowed = [m.expected_within for m in required if m.expected_within is not None]
    return sum(allowed, timedelta()) if required and len(allowed) == len(required) else None


def step_number(flow: Flow, milestone: str | None) -> int:
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


def names(flow: Flow, numbers: Iterable[int]) -> tuple[str, ...]:
    """Milestones by their step numbers."""
    return tuple(flow.milestones[n - 1].id for n in numbers)


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _microseconds(length: timedelta | None) -> int:
    return 0 if length is None else length // _MICROSECOND
