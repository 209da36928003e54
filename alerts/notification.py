"""What a person is told: the same content for every channel."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from pydantic import TypeAdapter

from alerts.decisions import Decision, Kind
from alerts.incidents import Incident, IncidentState
from analytics.words import when
from domain.configuration import Configuration

_TITLE = 300


@dataclass(frozen=True, slots=True)
class Notification:
    """One message owed to one channel, complete: sending needs nothing else, so a restart sends the same.

    facts: label and text, in order. recipients: mail addresses ((): the channel's own audience). again: a repeat after an unknown outcome.
    """

    notification_id: str
    incident_id: str
    channel: str
    kind: str
    resolved: bool
    severity: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    recipients: tuple[str, ...]
    decided: datetime
    organisation: str
    again: bool = False


TO_JSON: TypeAdapter[Notification] = TypeAdapter(Notification)


def compose(
    decision: Decision, channel: str, recipients: tuple[str, ...], at: datetime, configuration: Configuration, public_url: str
) -> Notification:
    """The message a decision owes to a channel; the same decision always gives the same id."""
    incident = decision.incident
    identity = f"{incident.incident_id}|{decision.kind}|{incident.severity}|{len(incident.reasons)}|{channel}"
    return Notification(
        notification_id=hashlib.sha256(identity.encode()).hexdigest()[:20],
        incident_id=incident.incident_id,
        channel=channel,
        kind=decision.kind.value,
        resolved=incident.state is IncidentState.RESOLVED,
        severity=incident.severity.value,
        headline=_headline(decision),
        facts=_facts(incident, configuration),
        links=_links(incident, public_url),
        recipients=recipients,
        decided=at,
        organisation=configuration.organisation.name,
    )


def _headline(decision: Decision) -> str:
    prefix = {Kind.RESOLVED: "Resolved: ", Kind.RAISED: f"Now {decision.incident.severity.value}: "}.get(decision.kind, "")
    return (prefix + decision.incident.title)[:_TITLE]


def _facts(incident: Incident, configuration: Configuration) -> tuple[tuple[str, str], ...]:
    owner, interface = configuration.person(incident.owner), configuration.interface(incident.interface)
    failure = configuration.failure_class(incident.failure_class)
    zone = configuration.organisation.time_zone
    facts = (
        ("Since", when(incident.opened, zone)),
        ("Resolved", when(incident.resolved, zone) if incident.resolved else ""),
        ("What", failure.name if failure else incident.failure_class),
        ("Where", interface.name if interface else incident.interface),
        ("Contract", ", ".join(incident.contracts)),
        ("Item", ", ".join(incident.items)),
        ("Facility", ", ".join(_facility(f, configuration) for f in incident.facility_ids)),
        ("Owner", owner.name if owner else incident.owner),
        ("Remedy", "" if incident.resolved else incident.remedy),
        ("Correlation ID", incident.correlation_id),
    )
    return tuple((label, text) for label, text in facts if text)


def _facility(facility_id: str, configuration: Configuration) -> str:
    facility = configuration.facility(facility_id)
    return f"{facility_id} {facility.name}" if facility else facility_id


def _links(incident: Incident, public_url: str) -> tuple[tuple[str, str], ...]:
    base = public_url.rstrip("/")
    searched = incident.correlation_id or next(iter((*incident.contracts, *incident.items)), "")
    links = [("Investigate", f"{base}/investigate?q={quote(searched, safe='')}")] if searched else []
    return (*links, ("IT operations", f"{base}/it"))
