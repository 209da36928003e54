"""Answers about flows. Times are UTC; seconds are wall-clock unless the name says business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class FlowState(StrEnum):
    COMPLETED = "completed"
    IN_FLIGHT = "in_flight"
    AT_RISK = "at_risk"
    STUCK = "stuck"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class FlowInstance:
    """One instance. waiting_for: the next milestone expected ('' when completed); party: whose turn it is ('' when completed).

    stuck_since: when it should have reached waiting_for, or when its last attempt failed (None unless stuck).
    reason: why it is stuck (refused, overdue), at risk (slow: the usual rest takes longer than is left; late: it is past due) or
    abandoned (withdrawn, silent); '' otherwise. due: when it should be complete (None: nothing says so).
    expected_seconds_left, p90_seconds_left: wall time to completion of half, and of nine in ten, of those that lately waited as long
    for the same step (None: too few completed, or none took as long). effective: its effective date, where the flow has several.
    failure_class and failure_message: of the newest open failure of this instance ('' when none).
    """

    flow: str
    authority: str
    key: str
    facility_id: str
    item_id: str
    state: FlowState
    started: datetime
    last_milestone: str
    last_time: datetime
    completed: datetime | None
    total_seconds: float
    waiting_for: str
    party: str
    stuck_since: datetime | None
    failure_class: str
    failure_message: str
    correlation_id: str
    supplier_id: str
    milestones: tuple[str, ...]
    milestone_times: tuple[datetime, ...]
    effective: str = ""
    reason: str = ""
    due: datetime | None = None
    expected_seconds_left: float | None = None
    p90_seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class FlowSummary:
    """Counts of instances alive in the interval. Medians in seconds over instances completed in it (None: none completed).

    `instances` is the sum of completed, in_flight, at_risk, stuck and abandoned.

    `previous_*` are of the interval of equal length before.
    """

    flow: str
    instances: int
    completed: int
    in_flight: int
    stuck: int
    median_seconds: float | None
    p90_seconds: float | None
    previous_completed: int
    previous_stuck: int
    previous_median_seconds: float | None
    previous_p90_seconds: float | None
    at_risk: int = 0
    abandoned: int = 0


@dataclass(frozen=True, slots=True)
class StageTime:
    """Seconds between two consecutive milestones, over instances that reached `to_milestone` in the interval."""

    flow: str
    from_milestone: str
    to_milestone: str
    party: str
    instances: int
    median_seconds: float
    p90_seconds: float


@dataclass(frozen=True, slots=True)
class CycleTimePoint:
    """Cycle time of instances completed on `day` (a day in the organisation's zone)."""

    day: date
    completed: int
    median_seconds: float
    p90_seconds: float


@dataclass(frozen=True, slots=True)
class GroupTime:
    """First required step to completion, of one group: its attribute's value, or facility, or supplier.

    `completed` counts the instances whose time is known: finished, with evidence of the first required step.
    """

    group: str
    instances: int
    completed: int
    median_seconds: float | None
    p90_seconds: float | None
    late: int


@dataclass(frozen=True, slots=True)
class ContractRow:
    """Activation of a contract rolled up over facilities and items (lines): loaded means the flow's completing milestone was reached."""

    contract_id: str
    supplier_id: str
    lines: int
    loaded: int
    stuck: int
    facilities: tuple[str, ...]
    facilities_waiting: tuple[str, ...]
    started: datetime
    waiting_for: str
    party: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class QuestionableTime:
    """A milestone whose time cannot be right (before 1970, or after it was received): kept, listed, never used in a duration."""

    flow: str
    key: str
    milestone: str
    time: datetime
    received: datetime
    source: str
    source_id: str
