"""Answers about failures. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures of one object in one interface and class, across facilities and attempts.

    resolved: first success of the same interface for the same object after the last failure; None while open.
    owner, class_name and remedy come from configuration ('' when the class is not configured).
    """

    failure_class: str
    class_name: str
    owner: str
    remedy: str
    severity: str
    interface_id: str
    object_type: str
    object: str
    facilities: tuple[str, ...]
    contracts: tuple[str, ...]
    items: tuple[str, ...]
    supplier_id: str
    message: str
    code: str
    count: int
    first_seen: datetime
    last_seen: datetime
    resolved: datetime | None
    correlation_ids: tuple[str, ...]

    @property
    def state(self) -> str:
        return "open" if self.resolved is None else "resolved"


@dataclass(frozen=True, slots=True)
class ClassCount:
    """Failures of a class in the interval against the interval before; open counts objects not yet succeeded."""

    failure_class: str
    class_name: str
    owner: str
    failures: int
    previous_failures: int
    open_objects: int
    facilities: int


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """Failures of one class in one interface in the interval."""

    interface_id: str
    failure_class: str
    failures: int
    open_objects: int


@dataclass(frozen=True, slots=True)
class FailureDay:
    """Failures of a day in the organisation's zone; opened_objects: objects whose first failure of the interval fell on it."""

    day: date
    failures: int
    opened_objects: int
