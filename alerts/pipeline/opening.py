"""Incidents begin and grow: one of its own, a group's, a storm's; and what joins one that is open. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.conditions.condition import Condition
from alerts.decisions import Kind
from alerts.incidents import Incident, IncidentState, joined_by, opened_by, said
from alerts.pipeline import storms, titles
from alerts.pipeline.round import Round
from analytics.words import duration
from domain.slas import Severity

_NEWS_AGAIN = "a historic incident is news again"
RANK = {severity: severity.rank for severity in Severity}


def is_news(condition: Condition, now: datetime, news_for: timedelta) -> bool:
    """Whether its newest evidence is recent enough to tell anybody."""
    return now - condition.recent <= news_for


def open_one(current: Round, subject: str, found: list[Condition], group_of: tuple[tuple[str, str], ...]) -> None:
    """An incident of its own, or of a group; history is recorded and told to nobody."""
    alerting = current.configuration.alerting
    news = any(is_news(c, current.now, alerting.news_for) for c in found)
    opened = _opened(subject, found, current, group_of)
    if not news:
        age = duration(min((current.now - c.recent).total_seconds() for c in found))
        reason = f"historic: last seen {age} before it was known"
        opened = replace(opened, historic=True)
    elif opened.flapping:
        within = duration(alerting.flapping.within.total_seconds())
        reason = f"flapping: opened {len(opened.openings)} times within {within}"
    else:
        reason = "opened"
    current.changed(Kind.OPENED, opened, reason)


def _opened(subject: str, found: list[Condition], current: Round, group_of: tuple[tuple[str, str], ...]) -> Incident:
    first = max(found, key=lambda c: RANK[c.severity])
    opened = opened_by(first, incident_id(subject, first.opened, current.now), "", False)
    rest = [c for c in found if c is not first]
    opened = joined_by(opened, rest, ()) if rest else opened
    subjects = len({c.subject for c in found})
    at_once = subjects > 2 or bool(group_of and subjects > 1)
    policy = current.configuration.alerting.flapping
    openings = (*(at for at in current.openings.get(subject, ()) if current.now - at <= policy.within), current.now)
    return replace(
        opened,
        subject=subject,
        title=titles.at_once(len(found), titles.shared(group_of, current.configuration) if group_of else subject, opened.title)
        if at_once
        else opened.title,
        grown=current.now,
        group=group_of,
        openings=openings,
        flapping=len(openings) >= policy.openings,
        reasons=(f"{len(rest)} more found with it: {', '.join(sorted({c.kind for c in rest}))}",) if rest else (),
    )


def join(current: Round, incident: Incident, found: list[Condition]) -> None:
    """One decision however many join: each is a whole state, and a storm of thousands would be thousands of them."""
    severity = max((c.severity for c in found), key=lambda s: RANK[s])
    news = any(is_news(c, current.now, current.configuration.alerting.news_for) for c in found)
    named = found[0].condition_id.partition("|")[0] if len(found) == 1 else f"{len(found)} conditions:"
    if incident.historic and news:
        kind, reason = Kind.JOINED, _NEWS_AGAIN
    elif RANK[severity] > RANK[incident.severity]:
        kind, reason = Kind.RAISED, f"severity rises from {incident.severity} to {severity}"
    else:
        kind, reason = Kind.JOINED, "joins the open incident"
    if reason == _NEWS_AGAIN:  # What is told is the news; of the history it joins nobody was ever told.
        incident = replace(incident, remedy="", failure_class="", interface="", party="", runbook="")
    joined = joined_by(incident, found, [f"{named} {reason}"])
    if (reason == _NEWS_AGAIN or kind is Kind.RAISED) and not (incident.cause or incident.group):
        joined = replace(joined, title=max(found, key=lambda c: RANK[c.severity]).finding)
    current.changed(kind, joined, reason, grown=current.now, historic=incident.historic and not news, clear_since=None)


def open_storm(current: Round, storm: storms.Raging, found: list[Condition]) -> None:
    """One incident for all of them; whoever was told of one it takes in is told of its end."""
    before = [condition for incident in storm.takes_in for condition in current.open_of(incident)]
    everything = [*before, *found]
    opened = _opened(storm.cause, everything, current, ())
    first = max(everything, key=lambda c: RANK[c.severity])
    told = tuple(sorted({entry for incident in storm.takes_in for entry in incident.told}))
    subjects = len(storm.subjects) + len(storm.takes_in)
    cause = storm.cause.replace("_", " ")
    title = titles.at_once(len(everything), f"{cause} ({subjects:,} subjects)", first.finding)
    reason = f"storm: {subjects:,} subjects share one cause"
    opened = replace(opened, cause=storm.cause, title=title, told=told)
    current.changed(Kind.OPENED, opened, reason)
    for incident in storm.takes_in:
        reason = f"merged into storm {opened.incident_id}"
        ended = replace(incident, merged_into=opened.incident_id, reasons=said(incident.reasons, reason), conditions=())
        current.changed(Kind.MERGED, ended, reason, state=IncidentState.RESOLVED, resolved=current.now)


def incident_id(subject: str, opened: datetime, decided: datetime) -> str:
    """What fails again may have opened at the same time as before: it is another incident, decided at another moment."""
    return "I-" + hashlib.sha256(f"{subject}|{opened.isoformat()}|{decided.isoformat()}".encode()).hexdigest()[:10]
