"""When business is open."""

from __future__ import annotations

from datetime import date, time

from pydantic import Field

from domain.base import Configured, Identifier


class OpenHours(Configured):
    start: time
    end: time


class Calendar(Configured):
    """Weekly hours in a zone, less holidays. `weekly` keys are mon … sun; a day left out is closed.

    `holidays` is a country, or country and subdivision ("US" or "US-IL"); `closed` and `open` are exceptions by date.
    `always_open` makes a 24×7 calendar and allows no other field but the zone.
    """

    id: Identifier
    time_zone: str
    always_open: bool = False
    weekly: dict[str, tuple[OpenHours, ...]] = Field(default_factory=dict)
    holidays: str | None = None
    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()
