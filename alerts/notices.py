"""What one route was told of one incident, and when it is looked at again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.slas import Severity


@dataclass(frozen=True, slots=True)
class Notice:
    """first: when the route first looks at the incident; it looks again every `every` after that. told: the newest message,
    None before the first. members: fingerprints of what was open in it then. held: why nothing is told now; until: when it is
    told at the latest (None: nobody knows).
    """

    route: str
    first: datetime
    every: timedelta
    told: datetime | None = None
    times: int = 0
    severity: Severity | None = None
    members: tuple[int, ...] = ()
    held: str = ""
    until: datetime | None = None

    def looks(self, since: datetime | None, now: datetime) -> bool:
        """Whether one of its looks lies in (since, now]. since None: how far the looks went is not known, so it does."""
        if now < self.first:
            return False
        if since is None or since < self.first:
            return True
        return (now - self.first) // self.every > (since - self.first) // self.every

    def next_look(self, now: datetime) -> datetime:
        """The first of its looks after `now`."""
        return self.first if now < self.first else self.first + ((now - self.first) // self.every + 1) * self.every
