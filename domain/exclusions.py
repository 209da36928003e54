"""Time that no promise covers: planned maintenance, once or by a recurrence rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from pydantic import AwareDatetime

from domain.base import Configured, Duration, Identifier
from domain.interval import Interval
from domain.landscape import Party

MOST_OCCURRENCES = 10_000


class Exclusion(Configured):
    """Minutes touched by it count for nothing, good or bad, and are listed with the reason.

    Once: `start` and `end`. Recurring: `start`, `lasts` and `rule`, an RRULE of RFC 5545 read on the wall clock of `time_zone`.
    `slas` and `interfaces` narrow it; without both it covers every SLA.
    """

    id: Identifier
    name: str
    start: AwareDatetime
    end: AwareDatetime | None = None
    rule: str | None = None
    lasts: Duration | None = None
    time_zone: str = "UTC"
    slas: tuple[Identifier, ...] = ()
    interfaces: tuple[Identifier, ...] = ()
    party: Party = Party.US

    def occurrences(self, within: Interval) -> tuple[Interval, ...]:
        """Its intervals that overlap `within`, ascending, in UTC. Raises ValueError when the rule cannot be read."""
        if self.end is not None:
            once = Interval(self.start.astimezone(UTC), self.end.astimezone(UTC))
            return (once,) if once.start < within.end and once.end > within.start else ()
        if self.rule is None or self.lasts is None:
            return ()
        return tuple(self._recurring(within, self.rule, self.lasts))

    def _recurring(self, within: Interval, rule: str, lasts: timedelta) -> list[Interval]:
        """On the naive wall clock, as people read the rule: 02:00 stays 02:00 when the offset changes."""
        zone = ZoneInfo(self.time_zone)
        local = self.start.astimezone(zone).replace(tzinfo=None)
        first = (within.start - lasts).astimezone(zone).replace(tzinfo=None)
        last = within.end.astimezone(zone).replace(tzinfo=None)
        found: list[Interval] = []
        for begins in rrulestr(rule, dtstart=local).xafter(first - timedelta(hours=2), inc=True):
            if begins > last or len(found) >= MOST_OCCURRENCES:
                break
            start = begins.replace(tzinfo=zone).astimezone(UTC)
            found.append(Interval(start, start + lasts))
        return [one for one in found if one.start < within.end and one.end > within.start]

    def problem(self) -> str:
        """What is wrong with it, '' when nothing is."""
        if (self.end is None) == (self.rule is None):
            return "has neither an end nor a rule" if self.end is None else "has an end and a rule"
        if self.end is not None and self.end <= self.start:
            return "ends before it starts"
        if self.rule is not None and self.lasts is None:
            return "recurs without a length"
        return self._rule_problem()

    def _rule_problem(self) -> str:
        if self.rule is None:
            return ""
        try:
            found = rrulestr(self.rule, dtstart=datetime(2026, 1, 1))  # noqa: DTZ001 - the wall clock of time_zone
            next(iter(found), None)
        except (ValueError, TypeError, AttributeError) as error:
            return f"has a rule that cannot be read ({error})"
        return ""


def length(intervals: tuple[Interval, ...]) -> timedelta:
    """Total length; overlaps count once."""
    total, reached = timedelta(0), datetime.min.replace(tzinfo=UTC)
    for one in sorted(intervals, key=lambda interval: interval.start):
        begins = max(one.start, reached)
        if one.end > begins:
            total, reached = total + (one.end - begins), one.end
    return total
