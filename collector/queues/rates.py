"""Messages per second from counters that only grow."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime


class Rates:
    """Remembers the last count of each counter. One poller's own; not shared between threads."""

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[float, datetime]] = {}

    def per_second(self, counter: Hashable, count: float | None, at: datetime) -> float | None:
        """Growth per second since the counter's last count; None on the first one and when nothing was reported.

        A count lower than the last one means the broker started anew: everything counted since is growth, as Prometheus'
        `rate` takes it.
        """
        if count is None:
            return None
        before = self._last.get(counter)
        if before is not None and at <= before[1]:
            return None
        self._last[counter] = (count, at)
        if before is None:
            return None
        grown = count - before[0] if count >= before[0] else count
        return grown / (at - before[1]).total_seconds()
