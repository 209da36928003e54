"""When things happen: business hours, the shape of a day in each zone, the weight of each weekday."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

CENTRAL = "America/Chicago"
ONE_DAY = timedelta(days=1)
HOUR = 3600.0
_OPENS, _CLOSES = 7, 18
_US_HOLIDAYS = holidays.country_holidays("US")
# Orders by local hour: buyers work 07–17, replenishment runs a little at night.
_HOURS = (2, 2, 2, 2, 4, 6, 14, 40, 70, 90, 100, 92, 70, 84, 92, 80, 60, 36, 18, 12, 8, 6, 4, 3)
_WEEKDAYS = (1.15, 1.08, 1.03, 1.02, 0.92, 0.24, 0.18)


def dice(seed: int, *about: object) -> random.Random:
    """A generator of its own for each thing decided, so that one decision never shifts another."""
    return random.Random(f"{seed}|{'|'.join(map(str, about))}")


@lru_cache(maxsize=8192)
def midnight(day: date, zone: str = CENTRAL) -> float:
    """Epoch seconds at which `day` begins in `zone`."""
    return datetime.combine(day, clock_time(), ZoneInfo(zone)).timestamp()


@lru_cache(maxsize=2048)
def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _US_HOLIDAYS


def local_day(at: float) -> date:
    """The Central day in which `at` lies."""
    return datetime.fromtimestamp(at, ZoneInfo(CENTRAL)).date()


@lru_cache(maxsize=2048)
def _office(day: date) -> tuple[float, float] | None:
    if not is_business_day(day):
        return None
    start = datetime.combine(day, clock_time(_OPENS), ZoneInfo(CENTRAL)).timestamp()
    return start, start + (_CLOSES - _OPENS) * HOUR


def open_later(at: float, hours: float) -> float:
    """The instant `hours` of office time after `at`."""
    left = hours * HOUR
    day = local_day(at)
    while True:
        office = _office(day)
        if office:
            begin = max(at, office[0])
            if begin + left <= office[1]:
                return begin + left
            left -= max(0.0, office[1] - begin)
        day += ONE_DAY


def local_time(day: date, hour: float, zone: str = CENTRAL) -> float:
    """Epoch seconds at `hour` o'clock (4.5 is 04:30) of `day`; an hour out on the two days clocks change."""
    return midnight(day, zone) + hour * HOUR


def volume(day: date) -> float:
    """Weight of a day against an average weekday."""
    return 0.3 if day.weekday() < 5 and not is_business_day(day) else _WEEKDAYS[day.weekday()]


def moment(chance: random.Random, day: date, zone: str) -> float:
    """A moment of `day` as busy hours have it, in `zone`."""
    hour = chance.choices(range(24), cum_weights=_CUMULATIVE)[0]
    return midnight(day, zone) + (hour + chance.random()) * HOUR


def load(at: float) -> float:
    """How busy the moment is, 0 … about 1.15, in Central time."""
    local = datetime.fromtimestamp(at, ZoneInfo(CENTRAL))
    return _HOURS[local.hour] / 100 * volume(local.date())


_CUMULATIVE = tuple(sum(_HOURS[: h + 1]) for h in range(24))
