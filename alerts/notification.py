"""What a person is told: the same content for every channel."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from pydantic import TypeAdapter

from alerts.decisions import Decision, Kind
from alerts.incidents import Incident, IncidentState
from alerts.redaction import redactor
from analytics.words import money, when
from domain.configuration import Configuration

_TITLE, _TEXT = 300, 1500
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Notification:
    """One message owed to one channel, complete: sending needs nothing else, so a restart sends the same.

    facts: label and text, in order. links: investigate, incident, silence, then others. recipients: mail addresses ((): the channel's
    own audience). again: a repeat after an unknown outcome. state: open, acknowledged or resolved. title: of the incident, headline:
    of this news about it. since, ended: of the incident. labels: name and value for machines. series: events in equal spans of time,
    oldest first, for a small picture (() where nothing counts). reference: by what the medium knows the incident's first message.
    reason: why this is told. tried: channels that could not deliver it before.
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
    state: str = "open"
    title: str = ""
    since: datetime | None = None
    ended: datetime | None = None
    labels: tuple[tuple[str, str], ...] = ()
    series: tuple[float, ...] = ()
    series_label: str = ""
    reference: str = ""
    reason: str = ""
    tried: tuple[str, ...] = ()

    def label(self, name: str) -> str:
        """The value of a label, "" without one."""
        return next((value for known, value in self.labels if known == name), "")

    def link(self, label: str) -> str:
        """The address of a link, "" without one."""
        return next((url for known, url in self.links if known == label), "")


TO_JSON: TypeAdapter[Notification] = TypeAdapter(Notification)
INVESTIGATE, INCIDENT, SILENCE = "Investigate", "Incident", "Silence"


def compose(
    decision: Decision, channel: str, recipients: tuple[str, ...], at: datetime, configuration: Configuration, public_url: str
) -> Notification:
    """The message a decision owes to a channel; the same decision at the same moment always gives the same id."""
    incident, clean = decision.incident, redactor(configuration)
    identity = "|".join((incident.incident_id, decision.kind, str(incident.notifications), at.isoformat(), channel, *recipients))
    return Notification(
        notification_id=hashlib.sha256(identity.encode()).hexdigest()[:20],
        incident_id=incident.incident_id,
        channel=channel,
        kind=decision.kind.value,
        resolved=incident.state is IncidentState.RESOLVED,
        severity=incident.severity.value,
        headline=clean(_headline(decision))[:_TITLE],
        facts=facts(incident, configuration),
        links=links(incident, public_url),
        recipients=recipients,
        decided=at,
        organisation=configuration.organisation.name,
        state=_state(incident),
        title=clean(incident.title)[:_TITLE],
        since=incident.opened,
        ended=incident.resolved,
        labels=labels(incident, clean),
        reason=clean(decision.reason)[:_TITLE],
    )


def _headline(decision: Decision) -> str:
    severity = decision.incident.severity.value
    prefixes = {
        Kind.RESOLVED: "Resolved: ",
        Kind.RAISED: f"Now {severity}: ",
        Kind.REPEATED: "Still open: ",
        Kind.ENDED: "In part over: ",
        Kind.ESCALATED: "Nobody has acknowledged: ",
        Kind.ACKNOWLEDGED: "Acknowledged: ",
        Kind.UNACKNOWLEDGED: "Nobody has it any more: ",
        Kind.SNOOZED: "Snoozed: ",
        Kind.REASSIGNED: "Reassigned: ",
    }
    return prefixes.get(decision.kind, "") + decision.incident.title


def _state(incident: Incident) -> str:
    return "resolved" if incident.state is IncidentState.RESOLVED else "acknowledged" if incident.acknowledged else "open"


def facts(incident: Incident, configuration: Configuration, *, whole: bool = False) -> tuple[tuple[str, str], ...]:
    """Label and text in the order of reading: since when, what and where, who is affected, whose turn, what to do. Empty ones left out.

    `whole`: nothing is shortened, for the incident's own page.
    """
    most = sys.maxsize if whole else _LISTED
    clean = redactor(configuration)
    owner, interface = configuration.person(incident.owner), configuration.interface(incident.interface)
    failure = configuration.failure_class(incident.failure_class)
    zone, currency = configuration.organisation.time_zone, configuration.organisation.currency
    assignee, acknowledged = configuration.person(incident.assignee), configuration.person(incident.acknowledged_by)
    found = (
        ("Since", when(incident.opened, zone)),
        ("Resolved", when(incident.resolved, zone) if incident.resolved else ""),
        ("What", failure.name if failure else incident.failure_class),
        ("Where", interface.name if interface else incident.interface),
        ("Common cause", incident.cause),
        ("Contract", listed(incident.contracts, most)),
        ("Item", listed(incident.items, most)),
        ("Facility", listed([_facility(f, configuration) for f in incident.facility_ids], most)),
        ("Money at stake", money(incident.dollars, currency) if incident.dollars is not None else ""),
        ("Whose turn", incident.party.replace("_", " ")),
        ("Owner", owner.name if owner else incident.owner),
        ("Assigned to", assignee.name if assignee else incident.assignee),
        ("Acknowledged by", acknowledged.name if acknowledged else incident.acknowledged_by),
        ("Snoozed until", when(incident.snoozed_until, zone) if incident.snoozed_until and not incident.resolved else ""),
        ("Remedy", "" if incident.resolved else incident.remedy),
        ("Runbook", "" if incident.resolved else incident.runbook),
        ("Correlation ID", incident.correlation_id),
    )
    return tuple((label, clean(text)[: None if whole else _TEXT]) for label, text in found if text)


def listed(values: Sequence[str], most: int = _LISTED) -> str:
    """The first few, and how many more: the incident's page has them all."""
    if len(values) <= most:
        return ", ".join(values)
    return f"{', '.join(values[:most])} and {len(values) - most:,} more ({len(values):,} in all)"


def _facility(facility_id: str, configuration: Configuration) -> str:
    facility = configuration.facility(facility_id)
    return f"{facility_id} {facility.name}" if facility else facility_id


def labels(incident: Incident, clean: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """What machines route by: one value a name, empty ones left out."""
    found: Iterable[tuple[str, str]] = (
        ("incident", incident.incident_id),
        ("severity", incident.severity.value),
        ("kind", ",".join(incident.kinds)),
        ("interface", incident.interface),
        ("failure_class", incident.failure_class),
        ("sla", incident.sla_id),
        ("flow", incident.flow),
        ("facility", incident.facility_ids[0] if len(incident.facility_ids) == 1 else ""),
        ("contract", incident.contracts[0] if len(incident.contracts) == 1 else ""),
        ("party", incident.party),
        ("owner", incident.owner),
        ("route", incident.route),
    )
    return tuple((name, clean(value)[:200]) for name, value in found if value)


def links(incident: Incident, public_url: str) -> tuple[tuple[str, str], ...]:
    """Investigate, incident, silence; a runbook that is an address."""
    base, page = public_url.rstrip("/"), f"incident={quote(incident.incident_id, safe='')}"
    searched = incident.correlation_id or next(iter((*incident.contracts, *incident.items)), "")
    investigate = f"{base}/investigate?q={quote(searched[:300], safe='')}" if searched else f"{base}/it"
    runbook = (("Runbook", incident.runbook),) if incident.runbook.startswith(("https://", "http://")) else ()
    return (
        (INVESTIGATE, investigate),
        (INCIDENT, f"{base}/incidents?{page}"),
        *(() if incident.resolved else ((SILENCE, f"{base}/incidents?{page}&silence=1"),)),
        *runbook,
    )
