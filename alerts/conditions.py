"""What is wrong now: open breaches and open failures, as one kind of thing."""

from __future__ import annotations

from collections.abc import Mapping
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
# As long as failures are kept.
_LOOK_BACK_AT_MOST = timedelta(days=1096)
_MOST = 10_000
_FAILURE = "failure|"


@dataclass(frozen=True, slots=True)
class Condition:
    """Something open. `subject` is what it is about: conditions of one subject are one incident.

    about: further subjects it concerns, each of which finds its incident. correlation_ids: a breach of something that
    no incident names yet finds its cause by them. opened: when it became true. recent: the newest evidence of it, which tells news from history. finding: one plain sentence.
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
    about: tuple[str, ...] = ()
    correlation_ids: tuple[str, ...] = ()


def open_conditions(context: Context, known: Mapping[str, datetime]) -> tuple[Condition, ...]:
    """Everything open now that may be alerted on: breaches, and failures of classes that open incidents.

    `known` tells since when the conditions of open incidents are open: a failure of those is sought however old it is,
    so that an incident never ends because its failure left the horizon.
    """
    horizon = context.now - LOOK_BACK
    since = min(
        (horizon, *(max(opened, context.now - _LOOK_BACK_AT_MOST) for name, opened in known.items() if name.startswith(_FAILURE)))
    )
    interval = Interval(since - timedelta(seconds=1), context.now + timedelta(minutes=1))
    configuration = context.configuration
    groups = failures.groups(context, interval, state="open", limit=_MOST)
    alerting = {c.id for c in configuration.failure_classes if c.opens_incident}
    failed = (from_failure(group, configuration) for group in groups if group.failure_class in alerting)
    found = [c for c in failed if c.recent >= horizon or c.condition_id in known]
    found += [from_breach(breach, configuration) for breach in sla.breaches(context, interval, open_only=True)]
    return tuple(found)


def from_failure(group: FailureGroup, configuration: Configuration) -> Condition:
    """A failure of a contract is about the contract; of anything else, about its object at its interface."""
    thing = _named(group.object_type, group.object, group.supplier_id, configuration) if group.object else ""
    contracts = tuple(f"contract {contract}" for contract in group.contracts)
    return Condition(
        condition_id=f"{_FAILURE}{group.interface_id}|{group.failure_class}|{group.object_type}|{group.object or group.operation}",
        subject=contracts[0] if len(contracts) == 1 else thing or f"{group.interface_id} {group.failure_class}",
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
        about=contracts or ((thing,) if thing else ()),
        correlation_ids=group.correlation_ids,
    )


def _named(key_type: str, value: str, authority: str, configuration: Configuration) -> str:
    """A business key as a subject; where issuers number independently, with its issuer: two suppliers' invoice 17 are two things."""
    known = next((k for k in configuration.key_types if k.id == key_type), None)
    issuer = f" of {authority}" if authority and known and known.authority_attribute else ""
    return f"{key_type} {value}{issuer}"


def from_breach(breach: Breach, configuration: Configuration) -> Condition:
    """A breach of an instance is about the instance's contract, PO or invoice; of an SLA as a whole, about the SLA."""
    known = breach.attributes
    flow = configuration.flow(known.get("flow", ""))
    instance = _named(flow.key, known.get("key", ""), known.get("authority", ""), configuration) if flow else ""
    contract = known.get("contract", "")
    failure_class = known.get("failure_class", "")
    remedy = configuration.failure_class(failure_class)
    return Condition(
        condition_id=f"breach|{breach.breach_id}",
        subject=instance or breach.subject or f"SLA {breach.sla_id}",
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
        about=(instance,) if instance else (),
        correlation_ids=breach.evidence if instance else (),
    )
