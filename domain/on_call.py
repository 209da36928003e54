"""Who is on call when, and who is told next when nobody answers."""

from __future__ import annotations

from datetime import date, time, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.base import Configured, Duration, Identifier


class OnHolidays(StrEnum):
    """What a rotation does on the schedule's holidays: the same as always, nothing, or only then something."""

    SAME = "same"
    OFF = "off"
    ONLY = "only"


class Rotation(Configured):
    """People who take turns of `turn_days` days; the first one begins on `starts`.

    Turns change at `hand_over` on the wall clock of the schedule's zone: in a skipped hour at the jump, in a repeated hour at its first
    passing. `active` and `mute` name time intervals: on duty inside of one of the former and outside of all of the latter.
    """

    people: tuple[Identifier, ...] = Field(min_length=1)
    starts: date
    turn_days: int = Field(default=7, ge=1, le=366)
    hand_over: time = time(9)
    active: tuple[Identifier, ...] = ()
    mute: tuple[Identifier, ...] = ()
    on_holidays: OnHolidays = OnHolidays.SAME


class Override(Configured):
    """`person` is on call from `start` to `end`, whatever the rotations say; with `instead_of` only while that one would be."""

    person: Identifier
    start: AwareDatetime
    end: AwareDatetime
    instead_of: Identifier | None = None


class Away(Configured):
    """Not there from `first` to `last`, both included, in the schedule's zone: the next of the rotation stands in."""

    person: Identifier
    first: date
    last: date


class Schedule(Configured):
    """At every moment at most one person: the last override that holds, else the first rotation that has somebody on duty.

    `holidays` is a country, or country and subdivision ("US-IL"); `closed` are further dates that count as holidays.
    """

    id: Identifier
    name: str = ""
    time_zone: str = "UTC"
    holidays: str | None = None
    closed: tuple[date, ...] = ()
    rotations: tuple[Rotation, ...]
    overrides: tuple[Override, ...] = ()
    away: tuple[Away, ...] = ()


class EscalationStep(Configured):
    """Tell whoever is on call in `schedules`, and `people`, through `channels` (none: those of the route).

    `delay` counts from the last message of the step before, for the first step from the first message about the incident. Without an
    answer the step is said `repeat` times more, `every` so long.
    """

    delay: Duration = timedelta(0)
    schedules: tuple[Identifier, ...] = ()
    people: tuple[Identifier, ...] = ()
    channels: tuple[Identifier, ...] = ()
    repeat: int = Field(default=0, ge=0, le=50)
    every: Duration = timedelta(minutes=5)


class EscalationPolicy(Configured):
    """Steps until somebody acknowledges. The whole list runs `repeat` times more, each time `pause` after its end, then `hand_over`
    names the policy that goes on. `follow_shift`: whoever comes on duty in a schedule already told is told of what is open.

    An incident keeps the policy as it stood at its opening; who is on call is looked up when a step runs.
    """

    id: Identifier
    name: str = ""
    steps: tuple[EscalationStep, ...]
    repeat: int = Field(default=0, ge=0, le=20)
    pause: Duration = timedelta(minutes=15)
    hand_over: Identifier | None = None
    follow_shift: bool = True
