"""What the reader is looking at: one facility or all, over one period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.interval import Interval

PERIODS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30), "90d": timedelta(days=90)}
DEFAULT_PERIOD = "7d"
_SAID = {"24h": "24 hours", "7d": "7 days", "30d": "30 days", "90d": "90 days"}


@dataclass(frozen=True, slots=True)
class View:
    """`facility` None: every facility the reader may see. `period` is a key of PERIODS."""

    facility: str | None = None
    period: str = DEFAULT_PERIOD

    def interval(self, now: datetime) -> Interval:
        return Interval.last(PERIODS[self.period], now)

    def at_least(self, period: str) -> View:
        """This view over the longer of its own period and `period`: trends need more than a day to show one."""
        return self if PERIODS[self.period] >= PERIODS[period] else View(self.facility, period)

    @property
    def said(self) -> str:
        """The period in words: "7 days"."""
        return _SAID[self.period]

    @property
    def compared(self) -> str:
        """What deltas compare with."""
        return f"vs the {self.said} before"
