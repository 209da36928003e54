"""What the collector says of itself: taken, refused, repeated, how long until committed; per signal and per key."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from collector.keys import SENDER

# Upper bounds in seconds of the acknowledgement histogram; the last bucket is everything slower.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one key sent of one signal. `seconds` is the sum of its acknowledgement times, `bytes` its bodies after decompression."""

    requests: int = 0
    records: int = 0
    bytes: int = 0
    repeated: int = 0
    refused: int = 0
    seconds: float = 0.0

    def __sub__(self, earlier: Tally) -> Tally:
        return Tally(*(getattr(self, name) - getattr(earlier, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Figures:
    """Totals since start, per signal (traces, queues, batches, events, …).

    `accepted` counts records, `requests` acknowledged requests, `bytes` their bodies after decompression, `repeated` requests seen before
    and not stored again, `refused` requests by (signal, reason). `seconds` is the acknowledgement time: sum and counts per bucket
    of BOUNDS. `waiting_bytes` is accepted and not yet committed, now. `by_key`: (signal, key id) → the same for one key.
    """

    accepted: Mapping[str, int]
    requests: Mapping[str, int]
    bytes: Mapping[str, int]
    repeated: int
    refused: Mapping[tuple[str, str], int]
    seconds_sum: Mapping[str, float]
    seconds_buckets: Mapping[str, tuple[int, ...]]
    waiting_bytes: int
    by_key: Mapping[tuple[str, str], Tally]


@dataclass(slots=True)
class _Signal:
    records: int = 0
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))


class Counters:
    """Thread-safe counters behind Figures. The key is that of the request being handled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._signals: dict[str, _Signal] = {}
        self._keys: dict[tuple[str, str], Tally] = {}
        self._refused: Counter[tuple[str, str]] = Counter()
        self._repeated = 0

    def acknowledge(self, signal: str, records: int, seconds: float, size: int = 0) -> None:
        with self._lock:
            total = self._signals.setdefault(signal, _Signal())
            total.records += records
            total.requests += 1
            total.bytes += size
            total.seconds += seconds
            total.buckets[sum(seconds > bound for bound in BOUNDS)] += 1
            self._add(signal, Tally(requests=1, records=records, bytes=size, seconds=seconds))

    def repeat(self, signal: str = "traces") -> None:
        with self._lock:
            self._repeated += 1
            self._add(signal, Tally(repeated=1))

    def refuse(self, signal: str, reason: str) -> None:
        with self._lock:
            self._refused[signal, reason] += 1
            self._add(signal, Tally(refused=1))

    def snapshot(self, waiting_bytes: int) -> Figures:
        with self._lock:
            signals = self._signals
            return Figures(
                accepted=MappingProxyType({name: total.records for name, total in signals.items()}),
                requests=MappingProxyType({name: total.requests for name, total in signals.items()}),
                bytes=MappingProxyType({name: total.bytes for name, total in signals.items()}),
                repeated=self._repeated,
                refused=MappingProxyType(dict(self._refused)),
                seconds_sum=MappingProxyType({name: total.seconds for name, total in signals.items()}),
                seconds_buckets=MappingProxyType({name: tuple(total.buckets) for name, total in signals.items()}),
                waiting_bytes=waiting_bytes,
                by_key=MappingProxyType(dict(self._keys)),
            )

    def _add(self, signal: str, more: Tally) -> None:
        key = signal, SENDER.get().key_id
        before = self._keys.get(key, Tally())
        self._keys[key] = Tally(*(getattr(before, name) + getattr(more, name) for name in Tally.__slots__))
