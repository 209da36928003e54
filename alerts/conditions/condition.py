"""Something open that may be alerted on, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.configuration import Configuration
from domain.slas import Severity


@dataclass(frozen=True, slots=True)
class Condition:
    """Something open. `subject` is what it is about: conditions of one subject are one incident.

    about: further subjects it concerns, each of which finds its incident. correlation_ids: a breach of something that
    no incident names yet finds its cause by them. opened: when it became true. recent: the newest evidence of it, which tells
    news from history. finding: one plain sentence. kind: of its rule; labels: further ones, sorted. dollars: at stake, in the
    organisation's currency, None where not known. party: whose clock runs.
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
    kind: str = "failure"
    party: str = ""
    runbook: str = ""
    dollars: Decimal | None = None
    labels: tuple[tuple[str, str], ...] = ()


def plain(
    condition_id: str, kind: str, subject: str, severity: Severity, finding: str, opened: datetime, recent: datetime | None = None
) -> Condition:
    """A condition of which no more than this is known; `dataclasses.replace` adds what is. recent None: the same as opened."""
    return Condition(
        condition_id, subject, severity, finding, opened, recent or opened, "", "", "", "", "", "", (), (), (), "", kind=kind
    )


def labels_of(condition: Condition, configuration: Configuration) -> dict[str, tuple[str, ...]]:
    """Everything a matcher may ask about it; what is not known is left out. `system` names both ends of its interface."""
    interface = configuration.interface(condition.interface) if condition.interface else None
    values: dict[str, tuple[str, ...]] = {
        "kind": (condition.kind,),
        "severity": (condition.severity.value,),
        "condition": (condition.condition_id,),
        "interface": (condition.interface,),
        "failure_class": (condition.failure_class,),
        "sla": (condition.sla_id,),
        "flow": (condition.flow,),
        "facility": condition.facilities,
        "contract": condition.contracts,
        "item": condition.items,
        "system": (interface.source, interface.target) if interface else (),
        "party": (condition.party,),
        "owner": (condition.owner,),
        "subject": (condition.subject,),
        **{name: (value,) for name, value in condition.labels},
    }
    return {name: found for name, given in values.items() if (found := tuple(value for value in given if value))}
