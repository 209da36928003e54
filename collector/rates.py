"""How fast one key may send."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from collector.keys import Sender
from collector.refusals import Refused
from domain.intake import Rate

_KIB = 1024


class Rates:
    """Requests and KiB of each key over a sliding minute, in this process. Senders without a key share one count."""

    def __init__(self, default: Rate) -> None:
        self._default = default
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def request(self, sender: Sender) -> None:
        """Refused 429 with Retry-After when the sender's minute is used up."""
        self._count(sender, self._rate(sender).requests_per_minute, 1, "requests")

    def received(self, sender: Sender, size: int) -> None:
        """The same for `size` bytes, counted in KiB rounded up."""
        limit = self._rate(sender).bytes_per_minute
        self._count(sender, None if limit is None else limit // _KIB, math.ceil(size / _KIB), "KiB")

    def _rate(self, sender: Sender) -> Rate:
        return sender.rate or self._default

    def _count(self, sender: Sender, limit: int | None, cost: int, unit: str) -> None:
        if limit is None:
            return
        item = RateLimitItemPerMinute(limit)
        if cost > limit:
            raise Refused(413, "rate", f"The body has {cost} {unit} and the key may send {limit} {unit} a minute; send less")
        if not self._limiter.hit(item, sender.key_id, unit, cost=cost):
            reset = self._limiter.get_window_stats(item, sender.key_id, unit).reset_time
            wait = max(1, math.ceil(reset - time.time()))
            who = f"Key {sender.key_id}" if sender.key_id else "This collector"
            raise Refused(429, "rate", f"{who} takes {limit} {unit} a minute; send again in {wait} s", retry_after=wait)
