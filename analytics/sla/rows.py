"""Answers about service levels. Shares are 0 … 1; None means no data, which is neither met nor missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class SlaState(StrEnum):
    MET = "met"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class SlaStatus:
    """One SLA over an interval. budget_left: share of the error budget not yet spent (negative when overspent, None: no data).

    at_risk: attained but less than a quarter of the error budget is left. breached: below target in the interval.
    open_breaches: breaches not closed at the interval's end.
    """

    sla_id: str
    name: str
    kind: str
    target: float
    good: int
    total: int
    attained: float | None
    budget_left: float | None
    state: SlaState
    previous_attained: float | None
    open_breaches: int
    owner: str
    severity: str
    promise: str


@dataclass(frozen=True, slots=True)
class Attainment:
    """SLAs met, of those with data, over an interval; the same for the interval before."""

    met: int
    at_risk: int
    missed: int
    no_data: int
    share: float | None
    previous_share: float | None


@dataclass(frozen=True, slots=True)
class AttainmentPoint:
    """Good and total events of all SLAs on a day, and how many SLAs with data met their target that day."""

    day: date
    met: int
    with_data: int


@dataclass(frozen=True, slots=True)
class FacilityCell:
    """State of one SLA at one facility over the interval."""

    sla_id: str
    name: str
    facility_id: str
    good: int
    total: int
    attained: float | None
    state: SlaState


@dataclass(frozen=True, slots=True)
class DayCell:
    sla_id: str
    name: str
    day: date
    good: int
    total: int
    attained: float | None
    state: SlaState


@dataclass(frozen=True, slots=True)
class Breach:
    """opened: when it became true (the due time), not when detected. closed None: still open. subject: the instance, job day or '' for the SLA as a whole."""

    breach_id: str
    sla_id: str
    name: str
    severity: str
    owner: str
    subject: str
    facility_id: str
    opened: datetime
    detected: datetime
    closed: datetime | None
    reason: str
    evidence: tuple[str, ...]
    attributes: dict[str, str]
