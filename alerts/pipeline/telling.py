"""Which looks are due, what is new in them, and what waits its turn: group times, de-duplication, throttling. Pure."""

from __future__ import annotations

import zlib
from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.conditions.condition import Condition
from alerts.decisions import Kind
from alerts.incidents import Incident, IncidentState
from alerts.notices import Notice
from alerts.pipeline.round import Change, Round, Telling
from alerts.routing import Way, labels_of, ways
from domain.alerting import Throttle
from domain.matchers import all_match
from domain.slas import Severity

# A round begins a little earlier or later than a multiple of its pace: a repeat must not slip a whole interval for that.
_JITTER = timedelta(seconds=10)
# Whoever was told of an incident is told of its end, even where no route leads any more.
_NOWHERE = Way("", (), (), (), None, timedelta(minutes=5), timedelta(hours=4), (), (), True)


def look(current: Round) -> None:
    """Add a telling for every route whose look at an incident has come. History is told to nobody."""
    for incident in current.incidents:
        if incident.incident_id not in current.changes and not incident.historic and incident.clear_since is None:
            routed = incident.notices or current.around.looked is None
            if routed and (not incident.notices or any(_due(notice, incident, None, current) for notice in incident.notices)):
                _look_at(current, incident, None)
    for change in list(current.changes.values()):
        if not change.incident.historic and change.kind is not Kind.MERGED:
            _look_at(current, change.incident, change)


def _look_at(current: Round, incident: Incident, change: Change | None) -> None:
    taken = ways(labels_of(incident, current.configuration), current.configuration)
    if incident.state is IncidentState.RESOLVED and incident.told and not taken:
        taken = (_NOWHERE,)
    known = {notice.route: notice for notice in incident.notices}
    notices = {**known, **{way.path: known.get(way.path) or _new_notice(way, incident, current) for way in taken}}
    ordered = tuple(notices.values())
    if ordered != incident.notices:
        incident = replace(incident, notices=ordered, route=taken[0].path if taken else "")
        if change is not None:
            change.incident = incident
    ending = incident.state is IncidentState.RESOLVED
    conditions = [] if ending else current.open_of(incident)
    for way in taken:
        notice = notices[way.path]
        if ending or _due(notice, incident, change, current):
            current.tellings.append(Telling(incident, way, notice, list(conditions)))


def _new_notice(way: Way, incident: Incident, current: Round) -> Notice:
    """A group waits for company only at its beginning, and not where it began long ago."""
    wait = way.wait(incident.severity, current.configuration.alerting)
    waits = not incident.notices and incident.opened + wait > current.now
    return Notice(way.path, current.now + wait if waits else current.now, way.group_interval)


def _due(notice: Notice, incident: Incident, change: Change | None, current: Round) -> bool:
    if change is not None and (change.kind is Kind.RAISED or (change.kind is Kind.JOINED and notice.told is None)):
        return change.kind is Kind.RAISED or current.now >= notice.first
    if notice.until is not None:  # A throttle lets it go then.
        return current.now >= notice.until
    if incident.severity is Severity.CRITICAL and notice.told is None and current.now >= notice.first:
        return True
    woken = incident.snoozed_until is not None and notice.told is not None and notice.told < incident.snoozed_until <= current.now
    return woken or notice.looks(current.around.looked, current.now)


def dedupe(current: Round) -> None:
    """Say what there is to say, hold what was said: first notification, new alerts, some ended, severity, repeat, end."""
    for telling in current.alive():
        telling.kind, telling.why, telling.held = _news(telling, current.now)
        telling.trail.append(("dedupe", telling.why or telling.held))


def _news(telling: Telling, now: datetime) -> tuple[Kind, str, str]:
    """(kind, why it is told, why it is held): one of the last two is empty."""
    incident, notice = telling.incident, telling.notice
    if telling.ending:
        return _end(telling)
    if notice.told is None:
        return Kind.TOLD, "first notification", ""
    if notice.severity is not None and incident.severity.rank > notice.severity.rank:
        return Kind.RAISED, f"severity rises from {notice.severity} to {incident.severity}", ""
    if incident.snoozed_until is not None and now < incident.snoozed_until:
        return Kind.HELD, "", f"snoozed until {incident.snoozed_until.isoformat(timespec='minutes')}"
    before, firing = set(notice.members), set(members(incident, telling.conditions))
    if firing - before:
        return Kind.GROWN, f"new alerts: {len(firing - before)}", ""
    if incident.group and telling.way.resolved and before - firing:
        return Kind.ENDED, f"ended: {len(before - firing)} of {len(before)}", ""
    if incident.snoozed_until is not None and notice.told < incident.snoozed_until:
        return Kind.REPEATED, "the snooze is over", ""
    if incident.acknowledged is None and now - notice.told >= telling.way.repeat_interval - _JITTER:
        return Kind.REPEATED, "repeat elapsed", ""
    return Kind.HELD, "", "nothing new"


def _end(telling: Telling) -> tuple[Kind, str, str]:
    if not telling.incident.told:
        return Kind.RESOLVED, "", "nobody is to be told of its end"
    return Kind.RESOLVED, "nothing left open", ""


def members(incident: Incident, conditions: list[Condition]) -> tuple[int, ...]:
    """Fingerprints of what counts as news in a group: its subjects; an incident of one subject, or a storm, is one."""
    if not incident.group:
        return (zlib.crc32(incident.subject.encode()),)
    return tuple(sorted({zlib.crc32(condition.subject.encode()) for condition in conditions}))


def throttle(current: Round) -> None:
    """Hold first messages of a class beyond its first few for a while; severity, repeats and ends pass."""
    for telling in current.alive():
        if telling.kind is not Kind.TOLD:
            continue
        labels = labels_of(telling.incident, current.configuration)
        for rule in current.configuration.alerting.throttles:
            if not telling.held and all_match(rule.match, labels):
                key = (rule.id, telling.way.path, *(",".join(labels.get(name, ())) for name in rule.by))
                telling.held, telling.until = _held_by(rule, key, telling, current)
        telling.trail.append(("throttle", telling.held or "passes"))


def _held_by(rule: Throttle, key: tuple[str, ...], telling: Telling, current: Round) -> tuple[str, datetime | None]:
    """An incident counts once, when its turn first comes, and waits no longer than the throttle's time."""
    until = telling.notice.first + rule.within
    if current.now >= until:
        return "", None
    lately = current.around.tally.lately.setdefault(key, deque())
    while lately and current.now - lately[0] >= rule.within:
        lately.popleft()
    said = f"throttled ({rule.id}): "
    if telling.notice.held.startswith(said):
        return telling.notice.held, until
    lately.append(current.now)
    beyond = len(lately) - rule.first
    if beyond <= 0 or beyond % rule.then_every == 0:
        return "", None
    return f"{said}one of {len(lately)} of its class; told at {until:%H:%M:%S} UTC at the latest", until
