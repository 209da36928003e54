"""Why an alert is not told although it is open: inhibited, silenced, under maintenance, outside of active hours. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from alerts.conditions.condition import Condition, labels_of
from alerts.pipeline.round import Quiet, Round, Telling
from alerts.routing import Way
from domain.alerting import Inhibition
from domain.matchers import Labels, MatchingRule, all_match

# Equal labels → the first alert like the source, for alerts like the target that are not like the source and for those that are.
_Sources = dict[tuple[tuple[str, ...], ...], tuple[Condition | None, Condition | None]]


def inhibit(current: Round) -> None:
    """Take out conditions while one like an inhibition's source is open with equal labels."""
    tellings = [telling for telling in current.alive() if telling.conditions]
    rules = current.configuration.alerting.inhibitions
    if not tellings or not rules:
        return
    found: dict[str, _Sources] = {}
    inhibited: dict[str, str] = {}

    def reason(condition: Condition) -> str:
        name = condition.condition_id
        if name not in inhibited:
            inhibited[name] = _inhibited(condition, rules, found, current)
        return inhibited[name]

    for telling in tellings:
        _take_out(telling, "inhibit", reason)


def _inhibited(condition: Condition, rules: Sequence[Inhibition], found: dict[str, _Sources], current: Round) -> str:
    labels = labels_of(condition, current.configuration)
    for rule in rules:
        if not all_match(rule.target, labels):
            continue
        if rule.id not in found:
            found[rule.id] = _sources(rule, current)
        single, any_source = found[rule.id].get(_equal(rule, labels), (None, None))
        # One like both sides is not inhibited by others like both: they would silence each other for ever.
        source = single if all_match(rule.source, labels) else any_source
        if source is not None and source.condition_id != condition.condition_id:
            return f'inhibited by "{source.subject}" ({rule.id})'
    return ""


def _sources(rule: Inhibition, current: Round) -> _Sources:
    found: _Sources = {}
    for condition in current.conditions:
        if not _may_be(rule.source, condition):
            continue
        labels = labels_of(condition, current.configuration)
        if all_match(rule.source, labels):
            single, any_source = found.get(_equal(rule, labels), (None, None))
            both = all_match(rule.target, labels)
            found[_equal(rule, labels)] = (single or (None if both else condition), any_source or condition)
    return found


def _may_be(matchers: Iterable[MatchingRule], condition: Condition) -> bool:
    """A cheap look at what every condition has: building all labels of a hundred thousand is not."""
    own = {"kind": (condition.kind,), "severity": (condition.severity.value,)}
    return all(matcher.matches(own) for matcher in matchers if matcher.name in own)


def _equal(rule: Inhibition, labels: Labels) -> tuple[tuple[str, ...], ...]:
    return tuple(labels.get(name, ()) for name in rule.equal)


def silence(current: Round) -> None:
    """Take out conditions that an active silence covers."""
    _quiet(current, "silence", "silenced by", current.around.silences)


def maintain(current: Round) -> None:
    """Take out conditions of what is under planned maintenance."""
    _quiet(current, "maintenance", "under maintenance:", current.around.maintenance)


def _quiet(current: Round, stage: str, said: str, active: Sequence[Quiet]) -> None:
    for telling in current.alive():
        if not active:
            telling.trail.append((stage, "passes: none is active"))
        elif telling.conditions:
            _take_out(telling, stage, lambda condition: _covered(condition, active, said, current))


def _covered(condition: Condition, active: Sequence[Quiet], said: str, current: Round) -> str:
    labels = labels_of(condition, current.configuration)
    return next((f"{said} {quiet.name}" for quiet in active if quiet.covers(labels)), "")


def _take_out(telling: Telling, stage: str, reason_for: Callable[[Condition], str]) -> None:
    """What is told once stands for all of a subject: there, one condition that is not muted is enough."""
    kept, reason = [], ""
    for condition in telling.conditions:
        found = reason_for(condition)
        reason = reason or found
        kept += [] if found else [condition]
        if kept and not telling.incident.group:
            kept = telling.conditions
            break
    if not kept:
        telling.held = reason
    telling.conditions = kept
    telling.trail.append((stage, reason if not kept else "passes" if not reason else f"passes in part: {reason}"))


def active_hours(current: Round) -> None:
    """Hold routes outside of their active times and inside of their mute times; ends go to whoever was told."""
    for telling in current.alive():
        reason = "" if telling.ending else outside(telling.way, current.now, current)
        telling.held = reason
        telling.trail.append(("active hours", reason or "passes"))


def outside(way: Way, at: datetime, current: Round) -> str:
    """Why the route tells nothing at that time, "" while it may."""
    muted = next((name for name in way.mute if _holds(name, at, current)), "")
    if muted:
        return f"muted during {muted}"
    if way.active and not any(_holds(name, at, current) for name in way.active):
        return f"outside of {' and '.join(way.active)}"
    return ""


def _holds(name: str, at: datetime, current: Round) -> bool:
    found = next((one for one in current.configuration.time_intervals if one.id == name), None)
    spans = found.spans if found else ()
    return any(span.holds(at) and (span.calendar is None or current.around.is_open(span.calendar, at)) for span in spans)
