"""What is wrong now: open breaches and open failures, as one kind of thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics import failures, sla
from analytics.context import Context
from analytics.failures.rows import FailureGroup
from analytics.sla.rows import Breach
from analytics.words import breach_sentence, failure_sentence
from domain.configuration import Configuration
from domain.interval import Interval
from domain.slas import Severity

LOOK_BACK = timedelta(days=30)
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Condition:
    """Something open. `subject` is what it is about: conditions of one subject are one incident.

    opened: when it became true. recent: the newest evidence of it, which tells news from history. finding: one plain sentence.
    """

    condition_id: str
    subject: str
    severity: Severity
    finding: str
    opened: datetime
    recent: datetime
    owner: str
    remedy: str
    interface: str
    failure_class: str
    sla_id: str
    flow: str
    facilities: tuple[str, ...]
    contracts: tuple[str, ...]
    items: tuple[str, ...]
    correlation_id: str


def open_conditions(context: Context) -> tuple[Condition, ...]:
    """Everything open now that may be alerted on: breaches, and failures of classes that open incidents."""
    interval = Interval(context.now - LOOK_BACK, context.now + timedelta(minutes=1))
    configuration = context.configuration
    groups = failures.groups(context, interval, state="open", limit=_MOST)
    alerting = {c.id for c in configuration.failure_classes if c.opens_incident}
    found = [from_failure(group, configuration) for group in groups if group.failure_class in alerting]
    found += [from_breach(breach, configuration) for breach in sla.breaches(context, interval, open_only=True)]
    return tuple(found)


def from_failure(group: FailureGroup, configuration: Configuration) -> Condition:
    """A failure of a contract is about the contract; of anything else, about its object at its interface."""
    about = f"contract {group.contracts[0]}" if len(group.contracts) == 1 else f"{group.object_type} {group.object}".strip()
    return Condition(
        condition_id=f"failure|{group.interface_id}|{group.failure_class}|{group.object_type}|{group.object}",
        subject=about or f"{group.interface_id} {group.failure_class}",
        severity=Severity(group.severity or Severity.WARNING),
        finding=failure_sentence(group, configuration),
        opened=group.first_seen,
        recent=group.last_seen,
        owner=group.owner,
        remedy=group.remedy,
        interface=group.interface_id,
        failure_class=group.failure_class,
        sla_id="",
        flow="",
        facilities=group.facilities,
        contracts=group.contracts,
        items=group.items,
        correlation_id=group.correlation_ids[0] if group.correlation_ids else "",
    )


def from_breach(breach: Breach, configuration: Configuration) -> Condition:
    """A breach of an instance is about the instance's contract, PO or invoice; of an SLA as a whole, about the SLA."""
    known = breach.attributes
    flow = configuration.flow(known.get("flow", ""))
    about = f"{flow.key} {known.get('key', '')}" if flow else breach.subject or f"SLA {breach.sla_id}"
    contract = known.get("contract", "")
    failure_class = known.get("failure_class", "")
    remedy = configuration.failure_class(failure_class)
    return Condition(
        condition_id=f"breach|{breach.breach_id}",
        subject=about,
        severity=Severity(breach.severity),
        finding=breach_sentence(breach, configuration),
        opened=breach.opened,
        recent=breach.opened,
        owner=breach.owner,
        remedy=remedy.remedy if remedy else "",
        interface=known.get("interface", ""),
        failure_class=failure_class,
        sla_id=breach.sla_id,
        flow=known.get("flow", ""),
        facilities=(breach.facility_id,) if breach.facility_id else (),
        contracts=(contract,) if contract else (),
        items=(known["item"],) if known.get("item") else (),
        correlation_id=breach.evidence[0] if breach.evidence else "",
    )
