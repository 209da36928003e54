"""The steps of an escalation as an incident keeps them from its opening: which are due, and how they ran. Pure.

A plan is a policy written out: every message at its time since the first one about the incident, repeats, further rounds and the
policies handed over to included. While the incident is acknowledged or snoozed its clock stands still.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from pydantic import TypeAdapter

from domain.configuration import Configuration
from domain.on_call import EscalationPolicy

# A step that runs this long after its time is said to be late: a round of alerting takes seconds.
LATE = timedelta(seconds=60)
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """One message of the plan, `after` it began. channels (): the plan's."""

    after: timedelta
    name: str
    schedules: tuple[str, ...]
    people: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ran:
    """A step that ran: when it was due, when it ran, the people told, and why it had to wait ("": it had not)."""

    step: int
    due: datetime
    at: datetime
    told: tuple[str, ...]
    waited_for: str = ""

    @property
    def late(self) -> bool:
        """Whether it ran noticeably after its time."""
        return self.at - self.due > LATE


@dataclass(frozen=True, slots=True)
class Plan:
    """route: the path that chose the policy. began: the first message, None before it. paused: since when its clock stands still.

    tells_ends: whether whom it tells is told of the end. held: why due steps wait. duty: schedule and the person of it told last.
    """

    policy: str
    route: str
    channels: tuple[str, ...]
    steps: tuple[Step, ...]
    follow_shift: bool = True
    tells_ends: bool = True
    began: datetime | None = None
    paused: datetime | None = None
    held: str = ""
    ran: tuple[Ran, ...] = ()
    duty: tuple[tuple[str, str], ...] = ()

    def due(self, now: datetime) -> tuple[int, ...]:
        """Steps whose time has come and that did not run, in order; none while its clock stands still."""
        if self.began is None or self.paused is not None:
            return ()
        begins = self.began
        return tuple(n for n in range(len(self.ran), len(self.steps)) if begins + self.steps[n].after <= now)

    def due_at(self, step: int) -> datetime | None:
        """When a step that did not run yet is due as things stand, None before the plan began."""
        return None if self.began is None else self.began + self.steps[step].after

    def next_due(self) -> datetime | None:
        """When the next step runs if nobody answers; None when none is left, or its clock stands still."""
        return None if self.paused or len(self.ran) >= len(self.steps) else self.due_at(len(self.ran))

    def paused_at(self, now: datetime) -> Plan:
        return self if self.paused is not None else replace(self, paused=now, held="")

    def resumed(self, now: datetime) -> Plan:
        """Its clock goes on where it stood: the wait before the next step is what was left of it."""
        if self.paused is None:
            return self
        began = self.began + (now - self.paused) if self.began is not None else None
        return replace(self, paused=None, began=began)


_JSON: TypeAdapter[Plan] = TypeAdapter(Plan)


def written(plan: Plan) -> str:
    """As an incident keeps it."""
    return _JSON.dump_json(plan, exclude_defaults=True).decode()


@lru_cache(maxsize=20_000)
def read(text: str) -> Plan | None:
    """What `written` gave; None for "": no policy."""
    return _JSON.validate_json(text) if text else None


def plan_of(policy: EscalationPolicy, route: str, channels: tuple[str, ...], configuration: Configuration) -> Plan:
    """The policy as it stands now, written out. A circle of policies, which configuration refuses, ends where it closes."""
    steps: list[Step] = []
    after, seen, current = timedelta(0), set[str](), policy
    while current.id not in seen:
        seen.add(current.id)
        steps += _rounds(current, after)
        after = steps[-1].after if steps else after
        following = configuration.escalation_policy(current.hand_over) if current.hand_over else None
        if following is None:
            break
        after, current = after + current.pause, following
    return Plan(policy.id, route, channels, tuple(steps[:_LONGEST]), policy.follow_shift)


def _rounds(policy: EscalationPolicy, after: timedelta) -> Iterator[Step]:
    for turn in range(policy.repeat + 1):
        for number, step in enumerate(policy.steps, start=1):
            after += step.delay
            for again in range(step.repeat + 1):
                after += step.every if again else timedelta(0)
                name = _name(policy, number, turn, again)
                yield Step(after, name, step.schedules, step.people, step.channels)
        after += policy.pause


def _name(policy: EscalationPolicy, number: int, turn: int, again: int) -> str:
    words = [f"step {number} of {len(policy.steps)} of {policy.id}"]
    words += [f"round {turn + 1}"] if turn else []
    words += [f"said again ({again})"] if again else []
    return ", ".join(words)
