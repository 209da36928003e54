"""One lane a channel, shared by everything in this process that sends: also across a reload of the configuration."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.channels.channel import Delivery, Outcome, Terms
from alerts.delivery.rules import Bucket, asked_to_wait, rest_after

_MOST_LANES = 64  # threads are made as they are needed


@dataclass
class Lane:
    """What is known of a channel besides the record. unrecorded: rows of sends that ended while the store was away."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    bucket: Bucket = field(default_factory=Bucket)
    failures: int = 0
    resting_until: datetime | None = None
    unrecorded: list[dict[str, Any]] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        return self.lock.locked()

    def may_send(self, terms: Terms, now: datetime) -> bool:
        """Takes one message from the rate; False while the channel rests or its rate is used up."""
        if self.resting_until is not None and now < self.resting_until:
            return False
        taken = self.bucket.take(terms, now)
        self.bucket = taken or self.bucket
        return taken is not None

    def learn(self, delivery: Delivery, now: datetime) -> None:
        """A channel that fails again and again rests; one that asked to wait is left alone until then. A refusal is about the message."""
        if delivery.outcome in (Outcome.SENT, Outcome.REFUSED):
            self.failures, self.resting_until = 0, None
            return
        self.failures += 1
        self.resting_until = max(asked_to_wait(delivery, now) or now, now + rest_after(self.failures))


class Lanes:
    """`close` lets what is under way end and begins nothing more; safe twice."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        self.closed = False

    def of(self, channel: str) -> Lane:
        """The channel's lane, made when first asked for."""
        with self._lock:
            return self._lanes.setdefault(channel, Lane())

    def unrecorded(self) -> set[str]:
        """Channels whose last outcome is not recorded yet."""
        with self._lock:
            return {channel for channel, lane in self._lanes.items() if lane.unrecorded}

    def submit(self, work: Callable[[], list[bool]]) -> Future[list[bool]]:
        """`work` in a thread of its own."""
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_MOST_LANES, "deliver")
            return self._threads.submit(work)

    def close(self) -> None:
        """Waits for sends under way, which end within their time-outs."""
        self.closed = True
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=True)
