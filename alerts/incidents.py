"""An incident: everything open about one subject, from its first condition to its last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from alerts.conditions import Condition
from domain.slas import Severity


class IncidentState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Incident:
    """State as the record tells it. conditions: those still open. notifications: messages owed so far, over all channels.

    about, correlation_ids: what later conditions find it by. historic: it was over or old when first seen, so nobody was told. reasons: every decision with its named reason, oldest first.
    """

    incident_id: str
    subject: str
    title: str
    severity: Severity
    state: IncidentState
    opened: datetime
    resolved: datetime | None
    owner: str
    remedy: str
    interface: str
    failure_class: str
    sla_id: str
    flow: str
    facility_ids: tuple[str, ...]
    contracts: tuple[str, ...]
    items: tuple[str, ...]
    correlation_id: str
    conditions: tuple[str, ...]
    notifications: int
    historic: bool
    reasons: tuple[str, ...]
    about: tuple[str, ...] = ()
    correlation_ids: tuple[str, ...] = ()


def opened_by(condition: Condition, incident_id: str, reason: str, historic: bool) -> Incident:
    """The incident that a first condition opens."""
    return Incident(
        incident_id=incident_id,
        subject=condition.subject,
        title=condition.finding,
        severity=condition.severity,
        state=IncidentState.OPEN,
        opened=condition.opened,
        resolved=None,
        owner=condition.owner,
        remedy=condition.remedy,
        interface=condition.interface,
        failure_class=condition.failure_class,
        sla_id=condition.sla_id,
        flow=condition.flow,
        facility_ids=condition.facilities,
        contracts=condition.contracts,
        items=condition.items,
        correlation_id=condition.correlation_id,
        conditions=(condition.condition_id,),
        notifications=0,
        historic=historic,
        reasons=(reason,),
        about=condition.about,
        correlation_ids=condition.correlation_ids,
    )


def joined_by(incident: Incident, condition: Condition, reason: str) -> Incident:
    """The incident with one more condition; severity only rises, what it touches only grows."""
    return replace(
        incident,
        severity=max(incident.severity, condition.severity, key=lambda s: s.rank),
        opened=min(incident.opened, condition.opened),
        remedy=incident.remedy or condition.remedy,
        failure_class=incident.failure_class or condition.failure_class,
        interface=incident.interface or condition.interface,
        sla_id=incident.sla_id or condition.sla_id,
        flow=incident.flow or condition.flow,
        facility_ids=_union(incident.facility_ids, condition.facilities),
        contracts=_union(incident.contracts, condition.contracts),
        items=_union(incident.items, condition.items),
        correlation_id=incident.correlation_id or condition.correlation_id,
        conditions=_union(incident.conditions, (condition.condition_id,)),
        reasons=(*incident.reasons, reason),
        about=_union(incident.about, condition.about),
        correlation_ids=_union(incident.correlation_ids, condition.correlation_ids),
    )


def _union(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*ours, *theirs}))
