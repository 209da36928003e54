"""What needs a decision: open incidents, breaches and failures, each once, the gravest and dearest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alerts.incidents import Incident
from analytics import words
from analytics.failures.rows import FailureGroup
from analytics.sla.rows import Breach
from dashboards import naming
from dashboards.status import BREACHED, FAILING, Status
from domain.configuration import Configuration
from domain.slas import Severity


@dataclass(frozen=True, slots=True)
class Decision:
    """One card. `searched` opens its story ('' when there is none to open)."""

    severity: Severity
    status: Status
    title: str
    details: tuple[str, ...]
    since: datetime
    money: Decimal
    searched: str


def gather(
    incidents: Sequence[Incident],
    breaches: Sequence[Breach],
    failures: Sequence[FailureGroup],
    at_risk: Mapping[str, Decimal],
    configuration: Configuration,
    now: datetime,
) -> tuple[Decision, ...]:
    """Every open matter once. `at_risk` is money paid above contract by contract id, in the organisation's currency."""
    told = {incident.correlation_id for incident in incidents if incident.correlation_id}
    told_slas = {(incident.sla_id, incident.subject) for incident in incidents}
    decisions = [_of_incident(incident, at_risk, configuration, now) for incident in incidents]
    decisions += [_of_failure(group, at_risk, configuration, now) for group in failures if not told & set(group.correlation_ids)]
    decisions += [
        _of_breach(breach, configuration, now) for breach in breaches if (breach.sla_id, breach.subject) not in told_slas
    ]
    return tuple(sorted(decisions, key=lambda one: (-one.severity.rank, -one.money, one.since)))


def _of_incident(incident: Incident, at_risk: Mapping[str, Decimal], configuration: Configuration, now: datetime) -> Decision:
    money = _money(incident.contracts, at_risk)
    return Decision(
        severity=Severity(incident.severity),
        status=BREACHED if incident.sla_id else FAILING,
        title=incident.title,
        details=_details(
            naming.failure_class(configuration, incident.failure_class) if incident.failure_class else "",
            naming.some(incident.facility_ids),
            _age(incident.opened, now),
            _said(money, configuration),
            naming.person(configuration, incident.owner),
        ),
        since=incident.opened,
        money=money,
        searched=incident.correlation_id or next(iter(incident.contracts), ""),
    )


def _of_failure(group: FailureGroup, at_risk: Mapping[str, Decimal], configuration: Configuration, now: datetime) -> Decision:
    money = _money(group.contracts, at_risk)
    return Decision(
        severity=Severity(group.severity or Severity.INFO),
        status=FAILING,
        title=words.failure_sentence(group, configuration),
        details=_details(
            group.class_name or group.failure_class,
            f"{group.count:,} times",
            _age(group.first_seen, now),
            _said(money, configuration),
            naming.person(configuration, group.owner),
        ),
        since=group.first_seen,
        money=money,
        searched=next(iter(group.correlation_ids), group.object),
    )


def _of_breach(breach: Breach, configuration: Configuration, now: datetime) -> Decision:
    return Decision(
        severity=Severity(breach.severity),
        status=BREACHED,
        title=words.breach_sentence(breach, configuration),
        details=_details(breach.name, _age(breach.opened, now), naming.person(configuration, breach.owner)),
        since=breach.opened,
        money=Decimal(0),
        searched=breach.attributes.get("correlation_id") or breach.subject.split("|")[0],
    )


def _money(contracts: Iterable[str], at_risk: Mapping[str, Decimal]) -> Decimal:
    return sum((at_risk.get(contract, Decimal(0)) for contract in set(contracts)), Decimal(0))


def _said(money: Decimal, configuration: Configuration) -> str:
    return f"{words.money(money, configuration.organisation.currency)} above contract" if money else ""


def _age(since: datetime, now: datetime) -> str:
    return words.duration(max((now - since).total_seconds(), 0.0))


def _details(*parts: str) -> tuple[str, ...]:
    return tuple(part for part in parts if part)
