"""How much the collector takes at once, from one request and altogether."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.intake import IntakeLimits

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    `body` and `inflated`: one request as received and after decompression; beyond either it is refused with 413.
    `json_body`: the same for JSON, which costs far more memory per byte.
    `batch` and `linger`: a commit takes what has arrived up to `batch`, waiting at most `linger` for company.
    `writers`: commits under way at once per way in; another begins beside a running one once `overlap` wait.
    `attributes`: of one resource, span, record or point; beyond it that record is refused.
    `header_timeout`, `body_timeout`: how long a sender may take for its request line and headers, and for its body.
    `waiting`: bodies accepted but not yet committed; beyond it requests are refused with 429 and Retry-After.
    `spool_bytes`, `spool_age`: what may wait on disk while the store is away, and for how long before more is refused.
    """

    body: int = 16 * _MIB
    inflated: int = 64 * _MIB
    json_body: int = 16 * _MIB
    batch: int = 48 * _MIB
    writers: int = 2
    overlap: int = 16 * _MIB
    linger: float = 0.010
    waiting: int = 128 * _MIB
    retry_after: int = 1
    remembered_requests: int = 100_000
    attributes: int = 256
    header_timeout: float = 10.0
    body_timeout: float = 60.0
    spool_bytes: int = 1 << 30
    spool_age: timedelta = timedelta(hours=12)

    @classmethod
    def of(cls, configured: IntakeLimits) -> Limits:
        """What the configuration says, the rest by default."""
        return cls(
            body=configured.max_body,
            inflated=configured.max_inflated,
            json_body=configured.max_json_body,
            waiting=configured.max_waiting,
            attributes=configured.max_attributes,
            header_timeout=configured.header_timeout.total_seconds(),
            body_timeout=configured.body_timeout.total_seconds(),
            spool_bytes=configured.max_spool,
            spool_age=configured.max_spool_age,
        )
