"""Answers about traffic and about our own sight. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class InterfaceHealth:
    """Traffic of one interface in the interval. registered False: seen in telemetry, not in configuration.

    tier 0, owner and pattern empty: not registered. p50/p95 are accurate to about 9 %.
    sampled: it has spans that stand for others (analytics.sampling); filled by the API, False elsewhere.
    last_seen None: never seen in the interval; it is the start of the newest minute with spans, or a later success in it.
    """

    interface_id: str
    name: str
    tier: int
    owner: str
    registered: bool
    pattern: str
    spans: int
    errors: int
    error_share: float | None
    previous_error_share: float | None
    p50_seconds: float | None
    p95_seconds: float | None
    last_seen: datetime | None
    last_success: datetime | None
    open_failures: int
    sampled: bool = False


@dataclass(frozen=True, slots=True)
class TrafficPoint:
    """Spans and errors of the step that begins at `time`."""

    time: datetime
    spans: int
    errors: int


@dataclass(frozen=True, slots=True)
class Sight:
    """data_up_to: end of the newest evidence received (None: nothing yet). coverage: share of the interval's minutes observed, 0 … 1.

    A minute is observed when the collector recorded being up in it or holds telemetry of that minute received later (back-filled).
    """

    data_up_to: datetime | None
    coverage: float | None
