"""What was promised: service level agreements."""

from __future__ import annotations

from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from domain.base import Configured, Duration, Identifier
from domain.budgets import DEFAULT_TIERS, AlignedWindow, Budgeting, BurnTier, NoData
from domain.landscape import Party


class Severity(StrEnum):
    """Rising: info < warning < critical."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class SlaBase(Configured):
    """Fields all kinds share. `target` is the share of good events promised over `window` (rolling) or over the periods of `aligned`.

    `budgeting` says what is counted: events, slices of `slice_length` that reach `slice_target`, or the mean of the slices'
    shares. `party` answers for it. `no_data` is what silence means. `service` and `description` come from OpenSLO.
    """

    id: Identifier
    name: str
    target: float = Field(gt=0, le=1)
    window: Duration
    aligned: AlignedWindow | None = None
    budgeting: Budgeting = Budgeting.OCCURRENCES
    slice_target: float | None = Field(default=None, gt=0, le=1)
    slice_length: Duration = timedelta(minutes=1)
    no_data: NoData = NoData.FREEZE
    tiers: tuple[BurnTier, ...] = DEFAULT_TIERS
    party: Party | None = None
    owner: Identifier | Literal[""] = ""
    severity: Severity = Severity.WARNING
    audience: tuple[str, ...] = ()
    service: str = ""
    description: str = ""

    @model_validator(mode="before")
    @classmethod
    def _aligned_has_its_own_length(cls, value: Any) -> Any:
        """An aligned window need not say how long it is, too."""
        if isinstance(value, dict) and "window" not in value and isinstance(value.get("aligned"), dict):
            every = str(value["aligned"].get("every", "")).strip()
            days = {"d": 1, "w": 7, "M": 31, "Q": 92, "Y": 366}.get(every[-1:], 0)
            if days and every[:-1].isdigit():
                return {**value, "window": timedelta(days=days * int(every[:-1]))}
        return value


class RatioSla(SlaBase):
    """Share of spans of the interface without error; `where` keeps spans whose attributes have these values."""

    kind: Literal["ratio"]
    interface: Identifier
    operation: str | None = None
    where: dict[str, str] = Field(default_factory=dict)


class LatencySla(SlaBase):
    """Share of spans of the interface that end within `within`."""

    kind: Literal["latency"]
    interface: Identifier
    operation: str | None = None
    where: dict[str, str] = Field(default_factory=dict)
    within: Duration


class Measure(StrEnum):
    DEPTH = "depth"
    OLDEST_AGE = "oldest_age"


class ThresholdSla(SlaBase):
    """Share of samples of the queue whose depth (messages) or oldest message age (seconds) is at most `at_most`."""

    kind: Literal["threshold"]
    queue: str
    measure: Measure = Measure.DEPTH
    at_most: float = Field(ge=0)


class FreshnessSla(SlaBase):
    """Share of minutes in which the last success of the interface was no older than `within`."""

    kind: Literal["freshness"]
    interface: Identifier
    within: Duration
    calendar: Identifier


class BatchDeadlineSla(SlaBase):
    """Share of expected days (days the calendar is open) on which the job finished by `deadline`, in the calendar's zone.

    A run that rejects more than `max_reject_share` of its records does not count as finished; nor does one that read fewer
    than `min_records`, or (`control_totals`) whose records or amount differ from what the sender told.
    """

    kind: Literal["batch_deadline"]
    job: str
    deadline: time
    calendar: Identifier
    max_reject_share: float = Field(default=1.0, ge=0, le=1)
    min_records: int = Field(default=0, ge=0)
    control_totals: bool = False


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


class CompletenessSla(SlaBase):
    """Share of keys sent on `interface` that `receiver` handled without error within `within` (wall time).

    `key` is what identifies a message on both sides. A key not received is bad at its due time.
    """

    kind: Literal["completeness"]
    interface: Identifier
    receiver: Identifier
    key: Literal["correlation", "purchase_order", "invoice", "contract", "item"] = "correlation"
    within: Duration


class AcknowledgementSla(SlaBase):
    """Share of EDI documents sent on `interface` that were acknowledged (997, 999, 824 or, for an order, 855) within `within` (wall time)."""

    kind: Literal["acknowledgement"]
    interface: Identifier
    sets: tuple[str, ...] = ()
    by: Literal["functional", "order"] = "functional"
    within: Duration


class Part(Configured):
    sla: Identifier
    weight: float = Field(default=1.0, gt=0)


class CompositeSla(SlaBase):
    """The weighted mean of other SLAs' shares over this one's window; parts without data have no weight."""

    kind: Literal["composite"]
    parts: tuple[Part, ...] = Field(min_length=1)


class ExternalSla(SlaBase):
    """An OpenSLO objective whose metric another system holds: kept and listed, never measured here, so it has no data."""

    kind: Literal["external"]
    sources: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()


Sla = Annotated[
    RatioSla
    | LatencySla
    | ThresholdSla
    | FreshnessSla
    | BatchDeadlineSla
    | CycleTimeSla
    | CompletenessSla
    | AcknowledgementSla
    | CompositeSla
    | ExternalSla,
    Field(discriminator="kind"),
]
