"""Rows of the questions about intake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SourceClock(StrEnum):
    """A source's clock against ours, as far as its events tell. Late delivery looks like a clock that is behind."""

    IN_STEP = "in step"
    AHEAD = "ahead"
    BEHIND_OR_LATE = "behind or late"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SourceIntake:
    """What one service sent for one interface.

    Lags are receipt minus event time in seconds, events more than a day off left out and counted in `far_off`; None without any.
    `last_minute` is the newest minute with anything, UTC. `silent`: nothing for more than three times its longest gap of the last
    week, at least 15 minutes, after at least ten minutes with traffic.
    """

    signal: str
    service: str
    interface_id: str
    records: int
    far_off: int
    mean_lag_seconds: float | None
    least_lag_seconds: float | None
    last_minute: datetime
    clock: SourceClock
    silent: bool


@dataclass(frozen=True, slots=True)
class KeyIntake:
    """What one key ('' without keys) sent of one signal. mean_seconds from arrival to commit, None without a request."""

    key_id: str
    signal: str
    requests: int
    records: int
    bytes: int
    repeated: int
    refused: int
    mean_seconds: float | None
    last_used: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Requests refused for one reason; last_minute UTC."""

    signal: str
    reason: str
    refused: int
    last_minute: datetime
