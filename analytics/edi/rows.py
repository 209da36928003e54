"""Answers about X12 documents. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EdiDocument:
    """One transaction set and what its receiver said of it.

    status: accepted, rejected (by a 997, 999, 824 or TA1), awaiting, overdue, or not_expected when no acknowledgement is
    configured for it. due: when its 997 or 999 was or is due, None when none is expected. late_seconds: how long after `due` it
    came, or how long it is missing; None in time. keys: "key type value". reading failed: `reason` says why, `segment` where.
    """

    time: datetime
    direction: str
    partner: str
    set_id: str
    sender: str
    receiver: str
    interchange_control: str
    group_control: str
    set_control: str
    interface_id: str
    facility_id: str
    supplier_id: str
    keys: tuple[str, ...]
    reading: str
    reason: str
    segment: int
    status: str
    due: datetime | None
    acknowledged: datetime | None
    acknowledged_by: str
    message: str
    late_seconds: float | None
    test: bool
    correlation_id: str


@dataclass(frozen=True, slots=True)
class EdiSetFigures:
    """Documents of one set, direction and partner. `failed` could not be read."""

    set_id: str
    direction: str
    partner: str
    documents: int
    accepted: int
    rejected: int
    awaiting: int
    overdue: int
    failed: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class ControlConflict:
    """An interchange control number used for different contents: one of them may have been dropped as a duplicate."""

    sender: str
    receiver: str
    interchange_control: str
    contents: int
    first: datetime
    last: datetime
