"""Who may send telemetry, what of it, and how much."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from domain.base import Configured, Duration, Identifier

_MIB = 1 << 20


class Signal(StrEnum):
    """What a request brings; each has its own way in."""

    TRACES = "traces"
    LOGS = "logs"
    METRICS = "metrics"
    QUEUES = "queues"
    BATCHES = "batches"
    EVENTS = "events"
    EDI = "edi"
    PINGS = "pings"


def _digest(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", value):
        raise ValueError(
            "is not a SHA-256 in hex; Write the sha256 line that `supplyscope key create` printed, never the key itself"
        )
    return value


class Rate(Configured):
    """Requests and received bytes per minute; None is no limit."""

    requests_per_minute: int | None = Field(default=None, ge=1)
    bytes_per_minute: int | None = Field(default=None, ge=1024)


class IngestKey(Configured):
    """One sender's key. Only the SHA-256 of the key is written down: keys are 256 random bits, so no slower hash is needed.

    Empty `signals`, `interfaces` or `facilities` allow all. A record that names no interface or facility is allowed to any key.
    Several keys may be valid at once, so that a sender can change over. `expires` and `not_before` are aware instants.
    """

    id: Identifier
    sha256: Annotated[str, AfterValidator(_digest)]
    signals: tuple[Signal, ...] = ()
    interfaces: tuple[Identifier, ...] = ()
    facilities: tuple[Identifier, ...] = ()
    not_before: AwareDatetime | None = None
    expires: AwareDatetime | None = None
    rate: Rate | None = None


class IntakeLimits(Configured):
    """Sizes in bytes. `max_spool`, `max_spool_age`: what may wait on disk while the store is away. `rate` holds for each key that has none of its own."""

    max_body: int = Field(default=16 * _MIB, ge=1024)
    max_inflated: int = Field(default=64 * _MIB, ge=1024)
    max_json_body: int = Field(default=16 * _MIB, ge=1024)
    max_attributes: int = Field(default=256, ge=1)
    max_waiting: int = Field(default=128 * _MIB, ge=_MIB)
    max_spool: int = Field(default=1024 * _MIB, ge=_MIB)
    max_spool_age: Duration = timedelta(hours=12)
    header_timeout: Duration = timedelta(seconds=10)
    body_timeout: Duration = timedelta(seconds=60)
    rate: Rate = Rate()
