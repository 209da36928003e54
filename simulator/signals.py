"""What the network says: traces, events, queue samples and batch reports, each with the moment it is said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

Attributes = dict[str, str]


class Fault(NamedTuple):
    """Something broken on purpose. fixed: epoch seconds of the later success, None when nobody will fix it."""

    failure_class: str
    code: str
    message: str
    fixed: float | None


class Span(NamedTuple):
    """One operation of a service, in epoch seconds. parent: position in its trace of the caller, -1 for the root."""

    service: str
    name: str
    start: float
    end: float
    attributes: Attributes
    fault: Fault | None = None
    parent: int = -1


class Trace(NamedTuple):
    """Spans of one hop group, told together once the last has ended (`at`)."""

    at: float
    spans: tuple[Span, ...]


class Event(NamedTuple):
    """A CloudEvent of type `supplyscope.<kind>`. `id` is the same whenever the same world is told again."""

    at: float
    kind: str
    id: str
    data: dict[str, Any]
    fault: Fault | None = None


class QueueSample(NamedTuple):
    at: float
    body: dict[str, Any]


class BatchReport(NamedTuple):
    """What a job says of a run. faults: of the run's rejects, in their order."""

    at: float
    body: dict[str, Any]
    faults: tuple[Fault, ...] = ()


class Overpayment(NamedTuple):
    """A PO line ordered above the price agreed. Told to nobody: it goes to the ground truth only. cost in dollars.

    corrected_cost: what it costs once a correction is known, which happens at corrected_at (epoch seconds); None without one.
    """

    at: float
    purchase_order: str
    line: int
    facility: str
    contract: str
    item: str
    cost: float
    stale: bool
    why: str = ""
    corrected_cost: float | None = None
    corrected_at: float | None = None


class Incomparable(NamedTuple):
    """A PO line that has a contract price and cannot be held against it; for the ground truth only."""

    at: float
    purchase_order: str
    line: int
    reason: str


Signal = Trace | Event | QueueSample | BatchReport | Overpayment | Incomparable


def rfc3339(at: float) -> str:
    """Epoch seconds as RFC 3339 in UTC with microseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def trace(*spans: Span) -> Trace:
    """A trace said when its last span has ended."""
    return Trace(spans[0].end if len(spans) == 1 else max(s.end for s in spans), spans)
