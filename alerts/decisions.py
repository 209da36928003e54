"""What to do about what is open: a pure function of conditions, incidents and the time, each decision with its reason."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.conditions import Condition
from alerts.homes import Homes
from alerts.incidents import Incident, IncidentState, joined_by, opened_by
from analytics.words import duration


class Kind(StrEnum):
    OPENED = "opened"
    JOINED = "joined"
    RAISED = "severity raised"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Decision:
    """`incident` is the state after it. `notify`: people are owed a message for it."""

    kind: Kind
    incident: Incident
    notify: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A condition whose newest evidence is older than `news_for` is history: recorded, nobody is told.

    More than `storm` subjects opening at once with the same interface and class are one incident.
    """

    news_for: timedelta = timedelta(hours=6)
    storm: int = 10


def decide(
    conditions: Sequence[Condition], incidents: Iterable[Incident], now: datetime, policy: Policy = Policy()
) -> tuple[Decision, ...]:
    """Decisions in the order to record them: openings, joins and raises, then resolutions. Nothing changed: none."""
    current = {i.subject: i for i in incidents if i.state is IncidentState.OPEN}
    decisions: list[Decision] = []
    for subject, found in _by_subject(conditions, current, policy).items():
        incident = current.get(subject)
        fresh = [c for c in found if incident is None or c.condition_id not in incident.conditions]
        if fresh:
            decisions += _taken_in(subject, incident, fresh, now, policy)
    still_open = {c.condition_id for c in conditions}
    decisions += [d for i in current.values() if (d := _ended(i, still_open, now)) and i.subject not in _touched(decisions)]
    return tuple(decisions)


def _by_subject(conditions: Sequence[Condition], current: Mapping[str, Incident], policy: Policy) -> dict[str, list[Condition]]:
    """Conditions under the subject of their incident: the one they belong to, their own, or a storm's common one."""
    homes = Homes(current.values())
    groups: dict[str, list[Condition]] = defaultdict(list)
    causes: dict[str, set[str]] = defaultdict(set)
    for condition in sorted(conditions, key=lambda c: (c.opened, c.condition_id)):
        subject = homes.subject_of(condition)
        groups[subject].append(condition)
        if subject not in current and not any(subject in subjects for subjects in causes.values()):
            causes[_cause(condition)].add(subject)
    for cause, subjects in causes.items():
        if len(subjects) > policy.storm or (cause in current and subjects):
            for subject in sorted(subjects):
                groups[cause] += groups.pop(subject)
    return groups


def _cause(condition: Condition) -> str:
    """What a storm has in common, as a subject of its own."""
    return f"{condition.failure_class or condition.sla_id} in {condition.interface or condition.flow or 'several interfaces'}"


def _taken_in(subject: str, incident: Incident | None, fresh: list[Condition], now: datetime, policy: Policy) -> list[Decision]:
    decisions = []
    if incident is None:
        first = max(fresh, key=lambda c: c.severity.rank)
        historic = all(now - c.recent > policy.news_for for c in fresh)
        reason = f"historic: last seen {_age(fresh, now)} before it was known" if historic else "first notification"
        incident = replace(opened_by(first, incident_id(subject, first.opened), f"opened: {reason}", historic), subject=subject)
        incident = _together(incident, [c for c in fresh if c is not first])
        return [Decision(Kind.OPENED, incident, not historic, reason)]
    for condition in fresh:
        before = incident
        raised = condition.severity.rank > before.severity.rank
        reason = f"severity rises from {before.severity} to {condition.severity}" if raised else "joins the open incident"
        incident = joined_by(before, condition, f"{condition.condition_id.split('|')[0]} {reason}")
        news = now - condition.recent <= policy.news_for
        if before.historic and news:
            incident, reason = replace(incident, historic=False), "a historic incident is news again"
        decisions.append(Decision(Kind.RAISED if raised else Kind.JOINED, incident, news and (raised or before.historic), reason))
    return decisions


def _together(incident: Incident, others: list[Condition]) -> Incident:
    """Several conditions found at once are one opening; beyond a handful the title counts them."""
    for condition in others:
        incident = joined_by(incident, condition, f"{condition.condition_id.split('|')[0]} joins at opening")
    subjects = len({c.subject for c in others} | {incident.subject})
    if subjects > 2:
        title = f"{len(others) + 1} conditions at once: {incident.subject}. First: {incident.title}"
        incident = replace(incident, title=title, reasons=(incident.reasons[0], f"storm: {len(others) + 1} conditions collapsed"))
    return incident


def _ended(incident: Incident, still_open: set[str], now: datetime) -> Decision | None:
    """An incident ends when none of its conditions is open; people who were told are told."""
    left = tuple(c for c in incident.conditions if c in still_open)
    if left or not incident.conditions:
        return None
    ended = replace(
        incident,
        state=IncidentState.RESOLVED,
        resolved=now,
        conditions=(),
        reasons=(*incident.reasons, "resolved: nothing left open"),
    )
    return Decision(Kind.RESOLVED, ended, not incident.historic, "nothing left open")


def _touched(decisions: Iterable[Decision]) -> set[str]:
    return {d.incident.subject for d in decisions}


def _age(conditions: list[Condition], now: datetime) -> str:
    return duration(min((now - c.recent).total_seconds() for c in conditions))


def incident_id(subject: str, opened: datetime) -> str:
    """The same subject opening at the same time is the same incident, in whatever process it is decided."""
    return "I-" + hashlib.sha256(f"{subject}|{opened.isoformat()}".encode()).hexdigest()[:10]
