"""Conditions become incidents: which one each belongs to, what opens, joins, rises, clears and ends. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.conditions.condition import Condition, labels_of
from alerts.decisions import Kind
from alerts.homes import Homes
from alerts.incidents import Incident, IncidentState, said
from alerts.pipeline import storms
from alerts.pipeline.opening import RANK, is_news, join, open_one, open_storm
from alerts.pipeline.round import Round
from alerts.routing import Way
from domain.slas import Severity


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
        elif RANK[condition.severity] > RANK[incident.severity]:
            raised[incident.incident_id].append(condition)
    known = {incident.incident_id: incident for incident in current.incidents}
    if fresh:
        _place(current, fresh)
    for name, found in raised.items():  # A storm that takes one in knows its severity.
        join(current, _latest(current, known[name]), found)
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
            join(current, _latest(current, open_now[subject]), found)
        else:
            open_one(current, subject, found, group_of=groups.get(subject, ()))


def _group(condition: Condition, way: Way, current: Round) -> tuple[tuple[str, str], ...]:
    labels = labels_of(condition, current.configuration)
    return tuple((name, ", ".join(labels.get(name, ()))) for name in way.group_by)


def _storm(
    current: Round, subjects: dict[str, list[Condition]], open_now: dict[str, Incident], groups: dict[str, tuple[tuple[str, str], ...]]
) -> None:  # fmt: skip
    """Take what storms out of `subjects`, also where history knows the subject. History makes no storm: it would take in tomorrow's
    news unheard."""
    news_for = current.configuration.alerting.news_for
    opening = {
        subject: found
        for subject, found in subjects.items()
        if (subject not in open_now or open_now[subject].historic)
        and subject not in groups
        and any(is_news(c, current.now, news_for) for c in found)
    }
    for storm in storms.find(opening, current.incidents, current.now, current.configuration):
        found = [condition for subject in storm.subjects for condition in subjects.pop(subject)]
        if storm.cause in open_now:
            join(current, _latest(current, open_now[storm.cause]), found)
        else:
            open_storm(current, storm, found)


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


def unplaced(incidents: Iterable[Incident], conditions: Iterable[Condition]) -> list[Condition]:
    """Conditions that no incident names."""
    known = {name for incident in incidents for name in incident.conditions}
    return [condition for condition in conditions if condition.condition_id not in known]
