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

    More than `storm` subjects opening at once with the same interface and class are one incident; more of the same join it
    until it has been quiet for `storm_quiet`. History makes no storm: it would take in tomorrow's news unheard.
    """

    news_for: timedelta = timedelta(hours=6)
    storm: int = 10
    storm_quiet: timedelta = timedelta(minutes=15)

    def is_news(self, condition: Condition, now: datetime) -> bool:
        return now - condition.recent <= self.news_for


def decide(
    conditions: Sequence[Condition], incidents: Iterable[Incident], now: datetime, policy: Policy = Policy()
) -> tuple[Decision, ...]:
    """Decisions in the order to record them: openings, joins and raises, then resolutions. Nothing changed: none."""
    current = {i.subject: i for i in incidents if i.state is IncidentState.OPEN}
    decisions: list[Decision] = []
    for subject, found in _by_subject(conditions, current, now, policy).items():
        incident = current.get(subject)
        known = set(incident.conditions) if incident else set()
        fresh = [c for c in found if c.condition_id not in known]
        if fresh:
            decisions.append(_taken_in(subject, incident, fresh, now, policy))
    still_open = {c.condition_id for c in conditions}
    touched = {d.incident.subject for d in decisions}
    ended = (_ended(i, still_open, now) for i in current.values() if i.subject not in touched)
    return (*decisions, *(d for d in ended if d))


def _by_subject(
    conditions: Sequence[Condition], current: Mapping[str, Incident], now: datetime, policy: Policy
) -> dict[str, list[Condition]]:
    """Conditions under the subject of their incident: the one they belong to, their own, or a storm's common one."""
    homes = Homes(current.values())
    groups: dict[str, list[Condition]] = defaultdict(list)
    causes: dict[str, set[str]] = defaultdict(set)
    storming: set[str] = set()
    for condition in sorted(conditions, key=lambda c: (c.opened, c.condition_id)):
        subject = homes.subject_of(condition)
        groups[subject].append(condition)
        if subject not in current and subject not in storming and policy.is_news(condition, now):
            storming.add(subject)
            causes[_cause(condition)].add(subject)
    for cause, subjects in causes.items():
        if len(subjects) > policy.storm or _goes_on(current.get(cause), now, policy):
            for subject in sorted(subjects):
                groups[cause] += groups.pop(subject)
    return groups


def _goes_on(storm: Incident | None, now: datetime, policy: Policy) -> bool:
    return storm is not None and not storm.historic and storm.grown is not None and now - storm.grown <= policy.storm_quiet


def _cause(condition: Condition) -> str:
    """What a storm has in common, as a subject of its own."""
    return f"{condition.failure_class or condition.sla_id} in {condition.interface or condition.flow or 'several interfaces'}"


def _taken_in(subject: str, incident: Incident | None, fresh: list[Condition], now: datetime, policy: Policy) -> Decision:
    news = any(policy.is_news(c, now) for c in fresh)
    if incident is None:
        first = max(fresh, key=lambda c: c.severity.rank)
        reason = "first notification" if news else f"historic: last seen {_age(fresh, now)} before it was known"
        opened = replace(opened_by(first, incident_id(subject, first.opened), f"opened: {reason}", not news), subject=subject)
        opened = _together(opened, [c for c in fresh if c is not first])
        return Decision(Kind.OPENED, replace(opened, grown=now), news, reason)
    kind, reason = Kind.JOINED, "joins the open incident"
    severity = max((c.severity for c in fresh), key=lambda s: s.rank)
    if severity.rank > incident.severity.rank:
        kind, reason = Kind.RAISED, f"severity rises from {incident.severity} to {severity}"
    if news and incident.historic:
        reason = "a historic incident is news again"
    elif news and kind is Kind.JOINED and len(fresh) > policy.storm and not _goes_on(incident, now, policy):
        return _grown(incident, fresh, Decision(kind, incident, True, "the storm starts again"), now)
    return _grown(incident, fresh, Decision(kind, incident, news and (kind is Kind.RAISED or incident.historic), reason), now)


def _grown(incident: Incident, fresh: list[Condition], decision: Decision, now: datetime) -> Decision:
    """One decision however many join: each is a whole state, and a storm of thousands would be thousands of them."""
    named = fresh[0].condition_id.partition("|")[0] if len(fresh) == 1 else f"{len(fresh)} conditions:"
    incident = joined_by(incident, fresh, [f"{named} {decision.reason}"])
    return replace(decision, incident=replace(incident, historic=incident.historic and not decision.notify, grown=now))


def _together(incident: Incident, others: list[Condition]) -> Incident:
    """Several conditions found at once are one opening; beyond a handful the title counts them."""
    incident = joined_by(incident, others, [f"{c.condition_id.partition('|')[0]} joins at opening" for c in others])
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


def _age(conditions: list[Condition], now: datetime) -> str:
    return duration(min((now - c.recent).total_seconds() for c in conditions))


def incident_id(subject: str, opened: datetime) -> str:
    """The same subject opening at the same time is the same incident, in whatever process it is decided."""
    return "I-" + hashlib.sha256(f"{subject}|{opened.isoformat()}".encode()).hexdigest()[:10]
