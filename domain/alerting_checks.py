"""What a well-typed alert rule, route or time interval can still get wrong."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

from domain.alerting import Alerting
from domain.conditions import KINDS, BudgetSpent, ConditionBase, kind_of
from domain.matchers import LABELS, MatchingRule
from domain.problems import did_you_mean
from domain.routing import Route
from domain.source import Place, Source
from domain.time_intervals import TimeInterval

_DEEPEST = 3
_OFTENEST = timedelta(seconds=5)


def check_condition(source: Source, place: Place, entry: ConditionBase) -> None:
    """Cadence, thresholds in order, labels that exist."""
    if timedelta(0) < entry.every < _OFTENEST:
        source.problem((*place, "every"), "is oftener than alerts are decided", "Write 5s or more")
    if isinstance(entry, BudgetSpent) and not entry.info <= entry.warning <= entry.critical:
        source.problem(place, "has thresholds that do not rise", "Write info <= warning <= critical, for example 0.5, 0.75, 1.0")
    _labels(source, (*place, "where"), entry.where)


def check_route(source: Source, place: Place, entry: Route) -> None:
    """Somebody to tell, times that fit, labels and kinds that exist; the same for the routes within."""
    if not entry.channels:
        source.problem(place, "reaches no channel", "Add channels: [...] with ids from the section channels")
    _route(source, place, entry, 1)


def _route(source: Source, place: Place, entry: Route, depth: int) -> None:
    kinds = [kind_of(kind) for kind in KINDS]
    for n, kind in enumerate(entry.match.kinds):
        if kind not in kinds:
            source.problem((*place, "match", "kinds", n), "is no kind of condition", did_you_mean(kind, kinds))
    _labels(source, (*place, "match", "matchers"), entry.match.matchers)
    _names(source, (*place, "group_by"), entry.group_by)
    if entry.repeat_interval and entry.group_interval and entry.repeat_interval < entry.group_interval:
        source.problem(
            (*place, "repeat_interval"),
            "is shorter than group_interval",
            "A group is looked at every group_interval; write at least as long",
        )
    if entry.routes and depth >= _DEEPEST:
        source.problem((*place, "routes"), "are more than three deep", "Write them as further routes of the level above")
    for n, child in enumerate(entry.routes):
        _route(source, (*place, "routes", n), child, depth + 1)


def check_time_interval(source: Source, place: Place, entry: TimeInterval) -> None:
    """Zones that exist, times of day in order, spans that say something."""
    if not entry.spans:
        source.problem((*place, "spans"), "say no time", "Give at least one, for example {weekdays: [mon:fri]}")
    for n, span in enumerate(entry.spans):
        where = (*place, "spans", n)
        if span.time_zone not in _zones():
            source.problem((*where, "time_zone"), "is not a time zone", "Write an IANA name, for example America/Chicago")
        for m, one in enumerate(span.times):
            if one.end <= one.start:
                source.problem(
                    (*where, "times", m), "ends before it starts", "Beyond midnight write two: up to 24:00, and from 00:00"
                )


def check_alerting(source: Source, place: Place, entry: Alerting) -> None:
    """Labels that exist, ids given once, an inhibition that does not silence itself."""
    for section in ("inhibitions", "throttles"):
        seen: set[str] = set()
        for n, one in enumerate(getattr(entry, section)):
            if one.id in seen:
                source.problem((*place, section, n, "id"), "is used twice", "Give one of them another id")
            seen.add(one.id)
    for n, inhibition in enumerate(entry.inhibitions):
        where = (*place, "inhibitions", n)
        _labels(source, (*where, "source"), inhibition.source)
        _labels(source, (*where, "target"), inhibition.target)
        _names(source, (*where, "equal"), inhibition.equal)
    for n, throttle in enumerate(entry.throttles):
        _labels(source, (*place, "throttles", n, "match"), throttle.match)
        _names(source, (*place, "throttles", n, "by"), throttle.by)


def _labels(source: Source, place: Place, matchers: Iterable[MatchingRule]) -> None:
    for n, matcher in enumerate(matchers):
        if matcher.name not in _known(source):
            source.problem((*place, n), f'names no label: "{matcher.name}"', did_you_mean(matcher.name, _known(source)))


def _names(source: Source, place: Place, names: Iterable[str]) -> None:
    for n, name in enumerate(names):
        if name not in _known(source):
            source.problem((*place, n), "is no label", did_you_mean(name, _known(source)))


def _known(source: Source) -> list[str]:
    """Built-in labels, and those that condition rules add."""
    added = (entry.get("labels") for _, entry in source.entries("conditions") if isinstance(entry, dict))
    return [*LABELS, *(str(name) for labels in added if isinstance(labels, dict) for name in labels)]


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
