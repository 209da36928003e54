"""An incident: everything open about one subject, from its first condition to its last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from alerts.conditions.condition import Condition
from alerts.notices import Notice
from domain.slas import Severity

_MOST_REASONS = 200


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
    told: "channel|recipient" ("channel|" where the channel has its own audience) of everyone told, but for routes that tell no
    ends: resolves go to exactly these.
    policy: the escalation policy as JSON as it stood at opening. epoch: of the scheduler's lease that decided last.
    notices: what each route was told. group: the labels a route groups by, with their values (() where a subject is an incident).
    labels: further ones of its conditions. openings: when its subject opened lately, this time included; flapping: too often.
    clear_since: nothing is open since then, and its end not yet told. merged_into: the storm that took it in. A resolved incident
    that still names conditions was resolved by somebody: these open nothing anew until they show newer evidence.
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
    notices: tuple[Notice, ...] = ()
    group: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    openings: tuple[datetime, ...] = ()
    flapping: bool = False
    clear_since: datetime | None = None
    merged_into: str = ""


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
        kinds=(condition.kind,),
        dollars=condition.dollars,
        party=condition.party,
        runbook=condition.runbook,
        labels=condition.labels,
    )


def joined_by(incident: Incident, found: Sequence[Condition], reasons: Sequence[str]) -> Incident:
    """The incident with more conditions; severity only rises, what it touches only grows, what is known of it stays."""
    first: dict[str, Any] = {
        name: getattr(incident, name) or next((value for c in found if (value := getattr(c, name))), "")
        for name in ("remedy", "failure_class", "interface", "sla_id", "flow", "correlation_id", "party", "runbook")
    }
    amounts = [amount for amount in (incident.dollars, *(c.dollars for c in found)) if amount is not None]
    return replace(
        incident,
        **first,
        severity=max((incident.severity, *(c.severity for c in found)), key=lambda s: s.rank),
        opened=min((incident.opened, *(c.opened for c in found))),
        facility_ids=_union(incident.facility_ids, (c.facilities for c in found)),
        contracts=_union(incident.contracts, (c.contracts for c in found)),
        items=_union(incident.items, (c.items for c in found)),
        conditions=_union(incident.conditions, ((c.condition_id,) for c in found)),
        reasons=said(incident.reasons, *reasons),
        kinds=_union(incident.kinds, ((c.kind,) for c in found)),
        dollars=max(amounts, default=None),
        labels=tuple(sorted({*incident.labels, *(label for c in found for label in c.labels)})),
        about=_union(incident.about, (c.about for c in found)),
        correlation_ids=_union(incident.correlation_ids, (c.correlation_ids for c in found)),
    )


def said(reasons: tuple[str, ...], *more: str) -> tuple[str, ...]:
    """Reasons with further ones, each once in a row; of very many, the first and the newest are kept."""
    found = list(reasons)
    for reason in more:
        if not found or found[-1] != reason:
            found.append(reason)
    return tuple(found) if len(found) <= _MOST_REASONS else (*found[:20], *found[20 - _MOST_REASONS :])


def _union(ours: tuple[str, ...], theirs: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(set(ours).union(*theirs)))
