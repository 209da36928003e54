"""Answers about queues and those who ask brokers for them. None means not reported; it is never 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class QueueState:
    """Latest reading; peak_depth is of the last 24 hours. capacity is the most messages the queue may hold.

    drain_seconds: backlog divided by (ack rate − publish rate) over the last 15 minutes; None: not draining or not known.
    """

    queue: str
    broker: str
    interface_id: str
    sampled: datetime
    depth: int | None
    oldest_age_seconds: float | None
    in_flight: int | None
    consumers: int | None
    publish_rate: float | None
    ack_rate: float | None
    dead_letters: int | None
    drain_seconds: float | None
    peak_depth: int | None
    capacity: int | None = None

    @property
    def full(self) -> bool:
        """It holds what it may: further messages are refused or dropped, which its depth alone does not show."""
        return self.depth is not None and self.capacity is not None and self.depth >= self.capacity


@dataclass(frozen=True, slots=True)
class QueuePoint:
    """The peak within one step that begins at `time`."""

    queue: str
    time: datetime
    depth: float | None
    oldest_age_seconds: float | None


class PollerHealth(StrEnum):
    """ok: the newest poll succeeded, in time. failing: it did not. silent: it is overdue. new: none is on record yet."""

    OK = "ok"
    FAILING = "failing"
    SILENT = "silent"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class PollerStatus:
    """A configured poller. last_good None: no poll succeeded in 90 days; age_seconds is counted from it.

    queues is what the last good poll read, failures how many failed in a row since; error says why, "" when none did.
    """

    poller: str
    kind: str
    health: PollerHealth
    every_seconds: float
    tried: datetime | None
    last_good: datetime | None
    age_seconds: float | None
    failures: int
    queues: int
    error: str
