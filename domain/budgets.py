"""How an error budget is counted: method, window, burn-rate tiers, and what silence means."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from pydantic import BeforeValidator, Field

from domain.base import Configured, Duration
from domain.interval import Interval

_PERIOD = re.compile(r"([1-9]\d{0,3})\s*([dwMQY])")
_MONTHS = {"M": 1, "Q": 3, "Y": 12}
_NOMINAL_DAYS = {"d": 1, "w": 7, "M": 31, "Q": 92, "Y": 366}


class Budgeting(StrEnum):
    """What is counted: events, slices that met the slice target, or the mean of the slices' shares."""

    OCCURRENCES = "occurrences"
    TIMESLICES = "timeslices"
    RATIO_TIMESLICES = "ratio_timeslices"


class NoData(StrEnum):
    """What a minute without events is: bad, good, left out, or (freeze) a reason neither to fire nor to resolve."""

    BAD = "bad"
    GOOD = "good"
    EXCLUDE = "exclude"
    FREEZE = "freeze"


class Urgency(StrEnum):
    PAGE = "page"
    TICKET = "ticket"


def parse_period(value: Any) -> Any:
    """Accept "1d", "2w", "1M", "1Q", "1Y" (months and longer are calendar periods); raise ValueError naming the form."""
    text = str(value).strip()
    if not _PERIOD.fullmatch(text):
        raise ValueError(f'"{text}" is not a calendar period; write for example 1d, 2w, 1M, 1Q or 1Y')
    return text


def parse_local(value: Any) -> Any:
    """A time of the wall clock without zone: "2026-01-01" or "2026-01-01 12:00:00"."""
    text = str(value).strip()
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is not a time of day; write for example 2026-01-01 12:00:00') from None
    if local.tzinfo is not None:
        raise ValueError(f'"{text}" has a zone of its own; write the wall-clock time and name the zone in time_zone')
    return local


class AlignedWindow(Configured):
    """Periods that follow one another on the wall clock of a zone: weeks from a Monday, months, quarters of a fiscal year."""

    every: Annotated[str, BeforeValidator(parse_period)]
    start: Annotated[datetime, BeforeValidator(parse_local)]
    time_zone: str

    @property
    def longest(self) -> timedelta:
        """No period is longer than this, the hour of a clock change included."""
        count, unit = self._parts
        return timedelta(days=count * _NOMINAL_DAYS[unit], hours=1)

    def period(self, instant: datetime) -> Interval:
        """The period that holds `instant`, in UTC. A period's length on the clock is fixed, its hours are not."""
        local = instant.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)
        number = (local - self.start) // timedelta(days=self._parts[0] * _NOMINAL_DAYS[self._parts[1]])
        while self._begins(number) > instant:
            number -= 1
        while self._begins(number + 1) <= instant:
            number += 1
        return Interval(self._begins(number), self._begins(number + 1))

    def boundaries(self, start: datetime, end: datetime) -> tuple[datetime, ...]:
        """Ends of the periods that overlap [start, end], ascending."""
        ends = [self.period(start).end]
        while ends[-1] <= end:
            ends.append(self.period(ends[-1]).end)
        return tuple(ends)

    @property
    def _parts(self) -> tuple[int, str]:
        found = _PERIOD.fullmatch(self.every)
        assert found is not None
        return int(found[1]), found[2]

    def _begins(self, number: int) -> datetime:
        count, unit = self._parts
        if unit in _MONTHS:
            local = self.start + relativedelta(months=number * count * _MONTHS[unit])
        else:
            local = self.start + timedelta(days=number * count * (7 if unit == "w" else 1))
        return local.replace(tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC)


class Comparison(StrEnum):
    GTE = "gte"
    GT = "gt"
    LTE = "lte"
    LT = "lt"


_FOUR_WEEKS = timedelta(days=28)


class BurnTier(Configured):
    """Fires while the burn rate over both windows reaches the factor and enough happened.

    `budget_share` is the share of the whole budget that burns within `long` at the factor, which then follows the SLO's
    window; `factor` gives it outright. A factor above 1/(1 − target) could never be reached and is lowered to it. In a window
    shorter than 28 days a share may be spent at less than the pace that keeps the promise: then the factor of 28 days holds, 1 at most.
    """

    name: str = ""
    long: Duration
    short: Duration
    budget_share: float | None = Field(default=None, gt=0, le=1)
    factor: float | None = Field(default=None, ge=0)
    op: Comparison = Comparison.GTE
    urgency: Urgency = Urgency.PAGE
    min_bad_events: int = Field(default=1, ge=0)
    min_total_events: int = Field(default=1, ge=0)

    def threshold(self, window: timedelta, target: float) -> float:
        """The burn rate at which the tier fires for an SLO of this window and target."""
        share = self.budget_share if self.budget_share is not None else 0.0
        least = min(1.0, share * (_FOUR_WEEKS / self.long))
        wanted = self.factor if self.factor is not None else max(least, share * (window / self.long))
        return wanted if target >= 1 else min(wanted, 1 / (1 - target))


# Google's SRE workbook, table 5-8 (https://sre.google/workbook/alerting-on-slos/), stored as budget so that it fits every window.
# At least ten events: one failure of ten requests an hour is a thousandfold burn at 99.9 %.
DEFAULT_TIERS = (
    BurnTier.model_validate({"name": "page-1h", "long": "1h", "short": "5m", "budget_share": 0.02, "min_bad_events": 2, "min_total_events": 10}),
    BurnTier.model_validate({"name": "page-6h", "long": "6h", "short": "30m", "budget_share": 0.05, "min_bad_events": 2, "min_total_events": 10}),
    BurnTier.model_validate({"name": "ticket-1d", "long": "1d", "short": "2h", "budget_share": 0.1, "urgency": "ticket", "min_bad_events": 2, "min_total_events": 10}),
    BurnTier.model_validate({"name": "ticket-3d", "long": "3d", "short": "6h", "budget_share": 0.1, "urgency": "ticket", "min_bad_events": 2, "min_total_events": 10}),
)  # fmt: skip
