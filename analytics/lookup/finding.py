"""The one sentence a story begins with."""

from __future__ import annotations

from datetime import datetime, timedelta

from analytics import failures, flows, words
from analytics.context import Context
from analytics.failures.rows import FailureGroup
from analytics.flows.rows import FlowInstance, FlowState
from analytics.lookup.expansion import Reach
from analytics.lookup.rows import StoryEvent, StorySpan
from domain.interval import Interval

_LOOK_BACK = timedelta(days=400)


def nothing(searched: str) -> str:
    return f"Nothing is known of {searched}: no span, milestone, failure or batch row carries it."


def finding(context: Context, searched: str, reached: Reach, spans: tuple[StorySpan, ...], events: tuple[StoryEvent, ...]) -> str:
    """What became of it: where it stopped and why, else how long it took, else what it waits for, else how its calls went."""
    moments = [s.start for s in spans] + [e.time for e in events]
    interval = Interval(max(min(moments), context.now - _LOOK_BACK) - timedelta(days=1), context.now + timedelta(days=1))
    broken = _open_failures(context, interval, searched, reached)
    if broken:
        return _stopped(context, searched, broken)
    instances = _instances(context, interval, searched, reached)
    if instances:
        return _standing(context, searched, instances)
    return _calls(searched, spans, events)


def _open_failures(context: Context, interval: Interval, searched: str, reached: Reach) -> tuple[FailureGroup, ...]:
    """Open failures of the search itself, else of the correlation ids of a trace that was searched for."""
    values = [searched] if any(name[2] == searched for name in reached.depths) else reached.values("correlation")[:3]
    for value in values or [searched]:
        found = failures.groups(context, interval, state="open", key=value, limit=20)
        if found:
            return found
    return failures.groups(context, interval, state="open", key=searched, limit=20) if values else ()


def _stopped(context: Context, searched: str, broken: tuple[FailureGroup, ...]) -> str:
    newest = broken[0]
    interface = context.configuration.interface(newest.interface_id)
    where = interface.name if interface else newest.interface_id or "an unnamed interface"
    more = f", and {len(broken) - 1} more open" if len(broken) > 1 else ""
    return f'{searched} stopped at "{where}": {words.cause(newest)}{more}.'


def _instances(context: Context, interval: Interval, searched: str, reached: Reach) -> tuple[FlowInstance, ...]:
    """Instances of the search when it is a flow's key, else of the keys its correlation id leads to."""
    names = sorted(reached.depths, key=lambda name: (name[2] != searched, reached.depths[name]))
    for flow in context.configuration.flows:
        for key_type, authority, value in names:
            if key_type != flow.key or (value != searched and reached.depths[(key_type, authority, value)] > 1):
                continue
            found = flows.instances(context, interval, flow=flow.id, key=value, limit=2000)
            own = tuple(i for i in found if value == searched or i.correlation_id == searched)
            if own:
                return own
    return ()


def _standing(context: Context, searched: str, instances: tuple[FlowInstance, ...]) -> str:
    if len(instances) == 1:
        return words.stuck_sentence(instances[0], context.configuration)
    done = sum(i.state is FlowState.COMPLETED for i in instances)
    if done == len(instances):
        return f"{searched} completed in {words.duration(_whole(instances))}: all {done:,} lines."
    waiting = next(i for i in instances if i.state is not FlowState.COMPLETED)
    return f"{searched} is complete for {done:,} of {len(instances):,}. {words.stuck_sentence(waiting, context.configuration)}"


def _whole(instances: tuple[FlowInstance, ...]) -> float:
    ends: list[datetime] = [i.completed for i in instances if i.completed is not None]
    return (max(ends) - min(i.started for i in instances)).total_seconds()


def _calls(searched: str, spans: tuple[StorySpan, ...], events: tuple[StoryEvent, ...]) -> str:
    if not spans:
        newest = events[-1]
        return f"{searched}: {newest.what}, {words.spoken(newest.outcome)}."
    failed = sum(s.failed for s in spans)
    took = words.duration((max(s.end for s in spans) - spans[0].start).total_seconds())
    outcome = f"{failed:,} failed and later succeeded" if failed else "none failed"
    return f"{searched} made {len(spans):,} {'call' if len(spans) == 1 else 'calls'} in {took}: {outcome}."
