"""What was promised: service level agreements."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.base import Configured, Duration, Identifier


class Severity(StrEnum):
    """Rising: info < warning < critical."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class SlaBase(Configured):
    """Fields all kinds share. `target` is the share of good events promised over `window` (rolling).

    `instances_breach` (cycle time and batch): each bad instance is a breach of its own, opened at its due time.
    """

    id: Identifier
    name: str
    target: float = Field(gt=0, le=1)
    window: Duration
    owner: Identifier
    severity: Severity = Severity.WARNING
    audience: tuple[str, ...] = ()


class RatioSla(SlaBase):
    """Share of spans of the interface without error."""

    kind: Literal["ratio"]
    interface: Identifier
    operation: str | None = None


class LatencySla(SlaBase):
    """Share of spans of the interface that end within `within`."""

    kind: Literal["latency"]
    interface: Identifier
    operation: str | None = None
    within: Duration


class FreshnessSla(SlaBase):
    """Share of minutes in which the last success of the interface was no older than `within`."""

    kind: Literal["freshness"]
    interface: Identifier
    within: Duration
    calendar: Identifier


class BatchDeadlineSla(SlaBase):
    """Share of expected days (days the calendar is open) on which the job finished by `deadline`, in the calendar's zone.

    A run that rejects more than `max_reject_share` of its records does not count as finished.
    """

    kind: Literal["batch_deadline"]
    job: str
    deadline: time
    calendar: Identifier
    max_reject_share: float = Field(default=1.0, ge=0, le=1)


class CycleTimeSla(SlaBase):
    """Share of instances that reach `to_milestone` within `within` open time of `from_milestone`.

    An instance still open past its due time is bad at that moment, and a breach of its own.
    """

    kind: Literal["cycle_time"]
    flow: Identifier
    from_milestone: Identifier
    to_milestone: Identifier
    within: Duration
    calendar: Identifier


Sla = Annotated[RatioSla | LatencySla | FreshnessSla | BatchDeadlineSla | CycleTimeSla, Field(discriminator="kind")]
