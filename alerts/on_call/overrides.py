"""Overrides that people ask for while Supplyscope runs: somebody takes over for a while. Events in the record; the newest is the state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from analytics.context import Context
from domain.configuration import Configuration
from domain.on_call import Override, Schedule
from store.query import Query

_OVERRIDES = Query.beside(__file__, "overrides.sql")


@dataclass(frozen=True, slots=True)
class DutyOverride:
    """`person` is on call in `schedule` from `start` to `end`; with `instead_of` ("": of anybody) only while that one would be.

    by: who asked. ended_by: who ended it early ("": nobody); end is then when that was.
    """

    override_id: str
    schedule: str
    person: str
    start: datetime
    end: datetime
    by: str
    created: datetime
    instead_of: str = ""
    ended_by: str = ""

    def state(self, now: datetime) -> str:
        """pending before it starts, then active, then ended."""
        return "ended" if self.end <= now else "pending" if now < self.start else "active"


TO_JSON: TypeAdapter[DutyOverride] = TypeAdapter(DutyOverride)


def overrides(context: Context, *, ended: bool = False, limit: int = 10_000) -> tuple[DutyOverride, ...]:
    """Overrides that last or will begin, in the order they were made; `ended`: those that are over as well. At most `limit`."""
    rows = context.store.records(_OVERRIDES, now=context.now, ended=int(ended), limit=limit)
    return tuple(TO_JSON.validate_json(row["payload"]) for row in rows)


def effective(context: Context, *, ended: bool = False) -> Configuration:
    """The configuration with what was asked for since: later overrides count before earlier ones, and all before the written ones.

    `ended`: with those that are over too, for questions about the past.
    """
    return (
        with_overrides(context.configuration, overrides(context, ended=ended))
        if context.configuration.schedules
        else context.configuration
    )


def with_overrides(configuration: Configuration, asked: Iterable[DutyOverride]) -> Configuration:
    """Schedules with these overrides behind their own; those of schedules that are gone do nothing. Pure."""
    by_schedule: dict[str, list[Override]] = {}
    for one in asked:
        if one.start < one.end:
            override = Override(person=one.person, start=one.start, end=one.end, instead_of=one.instead_of or None)
            by_schedule.setdefault(one.schedule, []).append(override)
    if not by_schedule:
        return configuration
    return configuration.model_copy(
        update={"schedules": tuple(_with(s, by_schedule.get(s.id, ())) for s in configuration.schedules)}
    )


def _with(schedule: Schedule, more: Iterable[Override]) -> Schedule:
    return schedule.model_copy(update={"overrides": (*schedule.overrides, *more)})
