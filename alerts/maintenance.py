"""Planned maintenance as alerts know it: the same exclusions that spare error budgets, and windows told by others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.business_time import business_between
from domain.calendars import Calendar
from domain.configuration import Configuration
from domain.exclusions import Exclusion
from domain.interval import Interval
from domain.matchers import Labels

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Work planned until `until`. Empty lists cover everything; else one of the SLAs, interfaces or systems must be touched."""

    name: str
    until: datetime
    slas: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()

    def covers(self, labels: Labels) -> bool:
        """Whether an alert with these labels is about what is worked on."""
        if not (self.slas or self.interfaces or self.systems):
            return True
        return any(
            set(named) & set(labels.get(label, ()))
            for label, named in (("sla", self.slas), ("interface", self.interfaces), ("system", self.systems))
        )


def active(configuration: Configuration, now: datetime) -> tuple[Window, ...]:
    """Windows of the configured exclusions that hold now."""
    return tuple(window for exclusion in configuration.exclusions for window in _now(exclusion, now))


def _now(exclusion: Exclusion, now: datetime) -> tuple[Window, ...]:
    found = exclusion.occurrences(Interval(now, now + _SECOND))
    until = max((one.end for one in found), default=None)
    return () if until is None else (Window(exclusion.name, until, exclusion.slas, exclusion.interfaces),)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether a business calendar is open at an instant."""
    return business_between(calendar, at, at + _SECOND) > timedelta(0)
