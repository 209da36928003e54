"""Which time counted for nothing in an interval, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics.context import Context
from domain.interval import Interval
from store.query import Query

EXCLUDED = Query.beside(__file__, "excluded.sql")


@dataclass(frozen=True, slots=True)
class ExcludedTime:
    """One exclusion as it applies to an SLA, clipped to the interval asked about. UTC; party: who it is on."""

    sla_id: str
    start: datetime
    end: datetime
    exclusion_id: str
    name: str
    party: str

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


def excluded(context: Context, interval: Interval) -> tuple[ExcludedTime, ...]:
    """Exclusions in force that overlap `interval`, by SLA and start. Two that overlap are both listed: lengths do not add up."""
    return context.store.rows(EXCLUDED, ExcludedTime, start=interval.start, end=interval.end)


def excluded_seconds(rows: tuple[ExcludedTime, ...], sla_id: str) -> float:
    """Seconds of an SLA that counted for nothing; overlapping exclusions count once."""
    total, reached = 0.0, None
    for row in sorted((row for row in rows if row.sla_id == sla_id), key=lambda row: row.start):
        begins = row.start if reached is None else max(row.start, reached)
        if row.end > begins:
            total += (row.end - begins).total_seconds()
            reached = row.end
    return total
