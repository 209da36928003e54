"""What the collector says of itself: taken, refused, how long until committed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Upper bounds in seconds of the acknowledgement histogram; the last bucket is everything slower.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """Totals since start, per signal (traces, queues, batches, events).

    `accepted` counts records, `requests` acknowledged requests, `repeated` those seen before and not stored again,
    `refused` requests by (signal, reason). `seconds` is the acknowledgement time: sum and counts per bucket of BOUNDS.
    `waiting_bytes` is accepted and not yet committed, now.
    """

    accepted: Mapping[str, int]
    requests: Mapping[str, int]
    repeated: int
    refused: Mapping[tuple[str, str], int]
    seconds_sum: Mapping[str, float]
    seconds_buckets: Mapping[str, tuple[int, ...]]
    waiting_bytes: int


class Counters:
    """Thread-safe counters behind Figures."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accepted: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()
        self._refused: Counter[tuple[str, str]] = Counter()
        self._repeated = 0
        self._sums: dict[str, float] = {}
        self._buckets: dict[str, list[int]] = {}

    def acknowledge(self, signal: str, records: int, seconds: float) -> None:
        with self._lock:
            self._accepted[signal] += records
            self._requests[signal] += 1
            self._sums[signal] = self._sums.get(signal, 0.0) + seconds
            buckets = self._buckets.setdefault(signal, [0] * (len(BOUNDS) + 1))
            buckets[sum(seconds > bound for bound in BOUNDS)] += 1

    def repeat(self) -> None:
        with self._lock:
            self._repeated += 1

    def refuse(self, signal: str, reason: str) -> None:
        with self._lock:
            self._refused[signal, reason] += 1

    def snapshot(self, waiting_bytes: int) -> Figures:
        with self._lock:
            return Figures(
                accepted=MappingProxyType(dict(self._accepted)),
                requests=MappingProxyType(dict(self._requests)),
                repeated=self._repeated,
                refused=MappingProxyType(dict(self._refused)),
                seconds_sum=MappingProxyType(dict(self._sums)),
                seconds_buckets=MappingProxyType({name: tuple(counts) for name, counts in self._buckets.items()}),
                waiting_bytes=waiting_bytes,
            )
