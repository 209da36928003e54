"""Answers about failures. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures of one object in one interface and class, across facilities and attempts.

    resolved: first success of the same interface for the same object after the last failure; None while open. resolved_by:
    success, steward or quiet ('' while open); README.md says when each holds. operation stands for the object where none is
    named. records: different records that failed, each counted once however often it was tried. episodes: how often it
    began anew after being resolved, at the facility where that happened most. source: span, log, batch, event, edi or overdue.
    item_id: its work item at the exceptions desk. transient: passes by itself, else an error in data.
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
    item_id: str = ""
    operation: str = ""
    source: str = ""
    records: int = 0
    episodes: int = 1
    resolved_by: str = ""
    transient: bool = False

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


@dataclass(frozen=True, slots=True)
class MappingCell:
    """What one object failed at: interface × class × object. open_facilities: where nothing has answered it yet.

    object_type is operation where the failures name no object.
    """

    interface_id: str
    failure_class: str
    object_type: str
    object: str
    failures: int
    records: int
    facilities: tuple[str, ...]
    open_facilities: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Episode:
    """One time that an object failed at one facility, from its first failure to what answered it (None: open).

    number: 1 for the first of the interval. reopened: it began within seven days of the end of the one before.
    seconds_to_detect: from the first failure to its receipt. seconds_to_resolve: None while open. Wall time.
    """

    item_id: str
    interface_id: str
    failure_class: str
    object_type: str
    object: str
    operation: str
    facility_id: str
    number: int
    failures: int
    opened: datetime
    last_seen: datetime
    resolved: datetime | None
    resolved_by: str
    reopened: bool
    seconds_to_detect: float
    seconds_to_resolve: float | None


@dataclass(frozen=True, slots=True)
class Recovery:
    """How fast failures of a group are found and answered. Means and median in seconds of wall time, None without a resolved one.

    mean_seconds_to_detect is MTTD, mean_seconds_to_resolve MTTR. objects: object × facility; objects_again: those that failed
    in more than one episode. recurrences: episodes after an object's first. reopened: of these, within seven days.
    """

    group: str
    episodes: int
    resolved: int
    objects: int
    objects_again: int
    recurrences: int
    reopened: int
    mean_seconds_to_detect: float
    mean_seconds_to_resolve: float | None
    median_seconds_to_resolve: float | None
    resolved_by_success: int
    resolved_by_stewards: int
    resolved_by_quiet: int


@dataclass(frozen=True, slots=True)
class Amount:
    """Money ordered or invoiced, in one currency, exact."""

    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Affected:
    """What stands behind the failures of one object: the documents named, else what was ordered of it while it failed."""

    item_id: str
    documents: int
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A kind of message that no rule knows: its words, with <…> where its messages differ, and its first message (masked).

    is_new: first seen in the interval. failures are those of the interval; correlation_id the newest of them ('' without).
    """

    template_id: str
    template: str
    example: str
    first_seen: datetime
    is_new: bool
    failures: int
    interfaces: tuple[str, ...]
    facilities: tuple[str, ...]
    last_seen: datetime
    correlation_id: str
