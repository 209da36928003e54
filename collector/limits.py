"""How much the collector takes at once, from one request and altogether."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    `body` and `inflated`: one request as received and after decompression; beyond either it is refused with 413.
    `json_body`: the same for JSON, which costs far more memory per byte.
    `batch` and `linger`: a commit takes what has arrived up to `batch`, waiting at most `linger` for company.
    `waiting`: bodies accepted but not yet committed; beyond it requests are refused with 429 and Retry-After.
    """

    body: int = 16 * _MIB
    inflated: int = 64 * _MIB
    json_body: int = 16 * _MIB
    batch: int = 16 * _MIB
    linger: float = 0.010
    waiting: int = 128 * _MIB
    retry_after: int = 1
    remembered_requests: int = 100_000
