"""An incident: everything open about one subject, from its first condition to its last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from alerts.conditions import Condition
from domain.slas import Severity


class IncidentState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Incident:
    """State as the record tells it. conditions: those still open. notifications: messages owed so far, over all channels.

    grown: when its newest condition was taken in. about, correlation_ids: what later conditions find it by. historic: it was
    over or old when first seen, so nobody was told. reasons: every decision with its named reason, oldest first.
    kinds: the kinds of its conditions. route: path of the first matching route. cause: what a storm has in common ("": no storm).
    dollars: money at stake, None where none is known. party: whose clock runs.
    told: "channel|recipient" ("channel|" where the channel has its own audience) of everyone told: resolves go to exactly these.
    policy: the escalation policy as JSON as it stood at opening. epoch: of the scheduler's lease that decided last.
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
    grown: datetime | None = None
    kinds: tuple[str, ...] = ()
    route: str = ""
    cause: str = ""
    dollars: Decimal | None = None
    party: str = ""
    runbook: str = ""
    told: tuple[str, ...] = ()
    acknowledged_by: str = ""
    acknowledged: datetime | None = None
    snoozed_until: datetime | None = None
    assignee: str = ""
    policy: str = ""
    escalation_step: int = 0
    epoch: int = 0


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


def joined_by(incident: Incident, found: Sequence[Condition], reasons: Sequence[str]) -> Incident:
    """The incident with more conditions; severity only rises, what it touches only grows, what is known of it stays."""
    first: dict[str, Any] = {
        name: getattr(incident, name) or next((value for c in found if (value := getattr(c, name))), "")
        for name in ("remedy", "failure_class", "interface", "sla_id", "flow", "correlation_id")
    }
    return replace(
        incident,
        **first,
        severity=max((incident.severity, *(c.severity for c in found)), key=lambda s: s.rank),
        opened=min((incident.opened, *(c.opened for c in found))),
        facility_ids=_union(incident.facility_ids, (c.facilities for c in found)),
        contracts=_union(incident.contracts, (c.contracts for c in found)),
        items=_union(incident.items, (c.items for c in found)),
        conditions=_union(incident.conditions, ((c.condition_id,) for c in found)),
        reasons=(*incident.reasons, *reasons),
        about=_union(incident.about, (c.about for c in found)),
        correlation_ids=_union(incident.correlation_ids, (c.correlation_ids for c in found)),
    )


def _union(ours: tuple[str, ...], theirs: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(set(ours).union(*theirs)))
