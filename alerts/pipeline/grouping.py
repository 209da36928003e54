"""Conditions become incidents: which one each belongs to, what opens, joins, rises, clears and ends. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.conditions.condition import Condition, labels_of
from alerts.decisions import Kind
from alerts.homes import Homes
from alerts.incidents import Incident, IncidentState, joined_by, opened_by, said
from alerts.pipeline import storms
from alerts.pipeline.round import Round
from alerts.routing import Way
from analytics.words import duration
from domain.slas import Severity

_RANK = {severity: severity.rank for severity in Severity}


def group(current: Round) -> None:
    """Fill `changes`: fresh conditions find or open their incident, known ones may rise or come back, empty ones end."""
    by_condition = {name: incident for incident in current.incidents for name in incident.conditions}
    dismissed = {name: i.resolved for i in current.recent for name in i.conditions if i.resolved and not i.merged_into}
    fresh: list[Condition] = []
    raised: dict[str, list[Condition]] = defaultdict(list)
    for condition in current.conditions:
        incident = by_condition.get(condition.condition_id)
        if incident is None:
            fresh += [condition] if _is_new(condition, dismissed) else []
        elif _RANK[condition.severity] > _RANK[incident.severity]:
            raised[incident.incident_id].append(condition)
    known = {incident.incident_id: incident for incident in current.incidents}
    if fresh:
        _place(current, fresh)
    for name, found in raised.items():  # A storm that takes one in knows its severity.
        _join(current, _latest(current, known[name]), found)
    for incident in current.incidents:
        change = current.changes.get(incident.incident_id)
        _clear_or_end(current, change.incident if change else incident)


def _is_new(condition: Condition, dismissed: dict[str, datetime]) -> bool:
    """What somebody resolved by hand stays resolved until there is newer evidence."""
    resolved = dismissed.get(condition.condition_id)
    return resolved is None or condition.recent > resolved


def _latest(current: Round, incident: Incident) -> Incident:
    """As this round has left it; what a storm took in is the storm."""
    change = current.changes.get(incident.incident_id)
    if change is not None and change.kind is Kind.MERGED:
        change = current.changes[change.incident.merged_into]
    return change.incident if change else incident


def is_news(condition: Condition, now: datetime, news_for: timedelta) -> bool:
    """Whether its newest evidence is recent enough to tell anybody."""
    return now - condition.recent <= news_for


def _place(current: Round, fresh: Sequence[Condition]) -> None:
    """Fresh conditions by incident: the one of the same thing or work, of the same group, of a storm, or their own."""
    subjects: dict[str, list[Condition]] = defaultdict(list)
    groups: dict[str, tuple[tuple[str, str], ...]] = {}
    homes = Homes(i for i in current.incidents if not i.group)
    for condition in sorted(fresh, key=lambda c: (c.opened, c.condition_id)):
        first = next(iter(current.ways.get(condition.condition_id, ())), None)
        if first is not None and first.group_by:
            group_of = _group(condition, first, current)
            subject = f"{first.path}: " + (", ".join(f"{name} {value}" for name, value in group_of) or "all")
            groups[subject] = group_of
        else:
            subject = homes.subject_of(condition)
        subjects[subject].append(condition)
    open_now = {incident.subject: incident for incident in current.incidents}
    _storm(current, subjects, open_now, groups)
    for subject, found in subjects.items():
        if subject in open_now:
            _join(current, _latest(current, open_now[subject]), found)
        else:
            _open(current, subject, found, group_of=groups.get(subject, ()))


def _group(condition: Condition, way: Way, current: Round) -> tuple[tuple[str, str], ...]:
    labels = labels_of(condition, current.configuration)
    return tuple((name, ", ".join(labels.get(name, ()))) for name in way.group_by)


def _storm(
    current: Round, subjects: dict[str, list[Condition]], open_now: dict[str, Incident], groups: dict[str, tuple[tuple[str, str], ...]]
) -> None:  # fmt: skip
    """Take what storms out of `subjects`. History makes no storm: it would take in tomorrow's news unheard."""
    news_for = current.configuration.alerting.news_for
    opening = {
        subject: found
        for subject, found in subjects.items()
        if subject not in open_now and subject not in groups and any(is_news(c, current.now, news_for) for c in found)
    }
    for storm in storms.find(opening, current.incidents, current.now, current.configuration):
        found = [condition for subject in storm.subjects for condition in subjects.pop(subject)]
        if storm.cause in open_now:
            _join(current, _latest(current, open_now[storm.cause]), found)
        else:
            _open_storm(current, storm, found)


def _open_storm(current: Round, storm: storms.Raging, found: list[Condition]) -> None:
    """One incident for all of them; whoever was told of one it takes in is told of its end."""
    before = [condition for incident in storm.takes_in for condition in current.open_of(incident)]
    opened = _opened(storm.cause, [*before, *found], current, ())
    told = tuple(sorted({entry for incident in storm.takes_in for entry in incident.told}))
    subjects = len(storm.subjects) + len(storm.takes_in)
    title = f"{len(before) + len(found):,} conditions at once: {storm.cause} ({subjects:,} subjects). First: {opened.title}"
    reason = f"storm: {subjects:,} subjects share one cause"
    opened = replace(opened, cause=storm.cause, title=title, told=told, reasons=())
    current.changed(Kind.OPENED, opened, reason)
    for incident in storm.takes_in:
        reason = f"merged into storm {opened.incident_id}"
        ended = replace(incident, merged_into=opened.incident_id, reasons=said(incident.reasons, reason), conditions=())
        current.changed(Kind.MERGED, ended, reason, state=IncidentState.RESOLVED, resolved=current.now)


def _open(current: Round, subject: str, found: list[Condition], group_of: tuple[tuple[str, str], ...]) -> None:
    news = any(is_news(c, current.now, current.configuration.alerting.news_for) for c in found)
    opened = _opened(subject, found, current, group_of)
    if not news:
        age = duration(min((current.now - c.recent).total_seconds() for c in found))
        reason = f"historic: last seen {age} before it was known"
    elif opened.flapping:
        reason = f"flapping: opens for the {len(opened.openings)}th time lately"
    else:
        reason = "opened"
    current.changed(Kind.OPENED, replace(opened, historic=not news, reasons=()), reason)


def _opened(subject: str, found: list[Condition], current: Round, group_of: tuple[tuple[str, str], ...]) -> Incident:
    first = max(found, key=lambda c: _RANK[c.severity])
    opened = opened_by(first, incident_id(subject, first.opened, current.now), "", False)
    rest = [c for c in found if c is not first]
    opened = replace(joined_by(opened, rest, ()) if rest else opened, subject=subject, grown=current.now, group=group_of)
    subjects = len({c.subject for c in found})
    if subjects > 2 or (group_of and subjects > 1):
        opened = replace(opened, title=f"{len(found):,} conditions at once: {subject}. First: {opened.title}")
    policy = current.configuration.alerting.flapping
    before = [at for i in current.recent if i.subject == subject and not i.merged_into for at in i.openings]
    openings = (*(at for at in dict.fromkeys(sorted(before)) if current.now - at <= policy.within), current.now)
    return replace(opened, openings=openings, flapping=len(openings) >= policy.openings)


def _join(current: Round, incident: Incident, found: list[Condition]) -> None:
    """One decision however many join: each is a whole state, and a storm of thousands would be thousands of them."""
    severity = max((c.severity for c in found), key=lambda s: _RANK[s])
    news = any(is_news(c, current.now, current.configuration.alerting.news_for) for c in found)
    named = found[0].condition_id.partition("|")[0] if len(found) == 1 else f"{len(found)} conditions:"
    if incident.historic and news:
        kind, reason = Kind.JOINED, "a historic incident is news again"
    elif _RANK[severity] > _RANK[incident.severity]:
        kind, reason = Kind.RAISED, f"severity rises from {incident.severity} to {severity}"
    else:
        kind, reason = Kind.JOINED, "joins the open incident"
    joined = joined_by(incident, found, [f"{named} {reason}"])
    current.changed(kind, joined, reason, grown=current.now, historic=incident.historic and not news, clear_since=None)


def _clear_or_end(current: Round, incident: Incident) -> None:
    """Nothing open: the end is told at once for pages and where nobody was told, at the next look for the rest."""
    change = current.changes.get(incident.incident_id)
    if incident.state is not IncidentState.OPEN or (change and change.kind is not Kind.JOINED):
        return
    if any(name in current.by_id or _unknown(name, current) for name in incident.conditions):
        if incident.clear_since is not None and change is None:
            reason = "open again before its end was told"
            current.changed(Kind.JOINED, replace(incident, reasons=said(incident.reasons, reason)), reason, clear_since=None)
        return
    if not may_end(incident, current.around.looked, current):
        if incident.clear_since is None:
            reason = "nothing left open; its end is told at the next look"
            current.changed(
                Kind.CLEARED, replace(incident, reasons=said(incident.reasons, reason)), reason, clear_since=current.now
            )
        return
    reasons = said(incident.reasons, "resolved: nothing left open")
    ended = replace(incident, state=IncidentState.RESOLVED, resolved=current.now, conditions=(), reasons=reasons)
    current.changed(Kind.RESOLVED, ended, "nothing left open")


def _unknown(condition_id: str, current: Round) -> bool:
    return condition_id.partition("|")[0] in current.around.unanswered


def may_end(incident: Incident, looked: datetime | None, current: Round) -> bool:
    """Whether its end may be told now."""
    since = incident.clear_since
    if incident.flapping and (since is None or current.now - since < current.configuration.alerting.flapping.hold):
        return False
    told = [notice for notice in incident.notices if notice.told is not None]
    if not told or incident.severity is Severity.CRITICAL:
        return True
    return all(notice.looks(since if since is not None else looked, current.now) for notice in told)


def incident_id(subject: str, opened: datetime, decided: datetime) -> str:
    """What fails again may have opened at the same time as before: it is another incident, decided at another moment."""
    return "I-" + hashlib.sha256(f"{subject}|{opened.isoformat()}|{decided.isoformat()}".encode()).hexdigest()[:10]


def unplaced(incidents: Iterable[Incident], conditions: Iterable[Condition]) -> list[Condition]:
    """Conditions that no incident names."""
    known = {name for incident in incidents for name in incident.conditions}
    return [condition for condition in conditions if condition.condition_id not in known]
