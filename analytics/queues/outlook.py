"""What becomes of each queue: when it is empty, whether somebody takes from it, and whether this is usual for the hour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from analytics.context import Context
from store.query import Query

OUTLOOK = Query.beside(__file__, "outlook.sql")
# Fewer weeks than this are no habit.
LEAST_WEEKS = 3


@dataclass(frozen=True, slots=True)
class QueueOutlook:
    """Forecast and judgement of one queue; None: not known. Rates and growth are messages.

    drain_seconds: depth over the net outflow, a fluid approximation (Newell, Applications of Queueing Theory, ch. 2). drain_method:
    rates (acknowledged less published per second, of the broker, mean of 15 minutes), else trend (slope of least squares
    through the depths of 30 minutes), empty, or '' when neither is known or the last sample is over 15 minutes old.
    None with a method: not draining.
    stuck: no_consumer, not_acknowledging (messages wait and none was acknowledged), head_not_moving (no acknowledgements are
    reported and the oldest message stays the same), each for ten minutes; '' else.
    usual_depth and usual_growth_per_hour: medians of this hour of the week over `usual_weeks` weeks; high_depth: the 90th
    percentile of their peaks.
    """

    queue: str
    broker: str
    interface_id: str
    sampled: datetime
    depth: int
    silent: bool
    rate: float | None
    trend: float | None
    drain_method: str
    drain_seconds: float | None
    stuck: str
    stuck_since: datetime | None
    in_flight: int | None
    growth_per_hour: float | None
    usual_weeks: int
    usual_depth: float | None
    high_depth: float | None
    usual_growth_per_hour: float | None

    @property
    def drained_by(self) -> datetime | None:
        """When it will be empty if nothing changes."""
        return None if self.drain_seconds is None else self.sampled + timedelta(seconds=self.drain_seconds)

    @property
    def unusual(self) -> bool | None:
        """Deeper than nine in ten weeks at this hour; None without three weeks to compare."""
        if self.high_depth is None or self.usual_weeks < LEAST_WEEKS:
            return None
        return self.depth > self.high_depth


def outlook(context: Context) -> tuple[QueueOutlook, ...]:
    """Every queue that told its depth in the last week, stuck ones first, then the deepest. Queues belong to no facility."""
    interface_of = {interface.queue: interface.id for interface in context.configuration.interfaces if interface.queue}
    zone = context.configuration.organisation.time_zone
    found = context.store.rows(OUTLOOK, QueueOutlook, now=context.now, zone=zone)
    return tuple(
        replace(
            q,
            silent=bool(q.silent),
            interface_id=q.interface_id or interface_of.get(q.queue, ""),
            stuck_since=q.stuck_since if q.stuck else None,
        )
        for q in found
    )
