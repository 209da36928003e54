"""What goes wrong on a day, decided by seed and date alone."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from simulator.rhythm import HOUR, ONE_DAY, dice, is_business_day, local_day, local_time


class Outage(NamedTuple):
    """`service` answers nobody from start to end (epoch seconds)."""

    service: str
    start: float
    end: float


class Backlog(NamedTuple):
    """Consumers of `queue` fall behind until `peak` messages wait, then catch up by `end`."""

    queue: str
    start: float
    end: float
    peak: int


@lru_cache(maxsize=1024)
def outages(seed: int, day: date) -> tuple[Outage, ...]:
    """An outage about every other week for each of four services, 25 minutes to 3 hours."""
    found = []
    for service, share in (("erp", 0.05), ("erp-cloud", 0.03), ("edi-gateway", 0.04), ("api-gateway", 0.02)):
        chance = dice(seed, "outage", service, day)
        if is_business_day(day) and chance.random() < share:
            start = local_time(day, chance.uniform(7.5, 16))
            found.append(Outage(service, start, start + chance.uniform(0.4, 3.0) * HOUR))
    return tuple(found)


def outage(seed: int, service: str, at: float) -> Outage | None:
    """The outage of `service` that is on at `at`."""
    for found in outages(seed, local_day(at)):
        if found.service == service and found.start <= at < found.end:
            return found
    return None


@lru_cache(maxsize=1024)
def backlogs(seed: int, day: date) -> tuple[Backlog, ...]:
    """Backlogs that begin on `day`: one on about a third of business days, and behind every outage."""
    chance = dice(seed, "backlog", day)
    found = []
    if is_business_day(day) and chance.random() < 0.35:
        queue = chance.choice(
            ("item-mapping", "edi-855", "invoice-match", "receipts", "erp-price-load", "replenishment", "exceptions")
        )
        start = local_time(day, chance.uniform(7, 15))
        found.append(Backlog(queue, start, start + chance.uniform(1.5, 7) * HOUR, chance.randint(400, 4200)))
    behind = {"erp": "po-outbound", "erp-cloud": "po-outbound-cloud", "edi-gateway": "edi-850"}
    for broken in outages(seed, day):
        if broken.service in behind:
            peak = int((broken.end - broken.start) / HOUR * chance.randint(180, 420)) + 60
            found.append(Backlog(behind[broken.service], broken.start, broken.end + 1.5 * HOUR, peak))
    return tuple(found)


def backlog_depth(seed: int, queue: str, at: float) -> tuple[float, float]:
    """(messages waiting beyond the usual, seconds since the backlog began): rises for two thirds of the time, then drains."""
    today = local_day(at)
    for day in (today - ONE_DAY, today):
        for found in backlogs(seed, day):
            if found.queue == queue and found.start <= at < found.end:
                share = (at - found.start) / (found.end - found.start)
                return found.peak * (share / 0.66 if share < 0.66 else (1 - share) / 0.34), at - found.start
    return 0.0, 0.0


@lru_cache(maxsize=4096)
def slowness(seed: int, interface: str, day: date) -> float:
    """How many times slower than usual an interface is on a day: 1, seldom 2 to 4."""
    chance = dice(seed, "slow", interface, day)
    return chance.uniform(2.0, 4.0) if chance.random() < 0.04 else 1.0


@lru_cache(maxsize=1024)
def gpo_delay(seed: int, day: date) -> float:
    """The GPO is slow for whole weeks at a time: a factor on its answering time."""
    return 2.4 if dice(seed, "gpo", day.isocalendar()[:2]).random() < 0.18 else 1.0
