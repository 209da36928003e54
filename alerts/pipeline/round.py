"""What one round of decisions works on: everything a stage may read, and what it writes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from alerts.conditions.condition import Condition
from alerts.decisions import Decision, Kind
from alerts.incidents import Incident, IncidentState
from alerts.notices import Notice
from alerts.routing import Way
from domain.configuration import Configuration
from domain.matchers import Labels

if TYPE_CHECKING:
    from alerts.pipeline.escalate import Escalation


class Quiet(Protocol):
    """A silence or a maintenance window that is active now. `name` completes "silenced by …"."""

    @property
    def name(self) -> str: ...

    def covers(self, labels: Labels) -> bool:
        """Whether an alert with these labels is not told while it lasts."""
        ...


@dataclass
class Tally:
    """How many incidents of each class were first told or held lately, by throttle. Lives between rounds, not beyond a restart."""

    lately: dict[tuple[str, ...], deque[datetime]] = field(default_factory=dict)


@dataclass(frozen=True)
class Surroundings:
    """What decisions depend on besides the alerts. looked: the round before this one, None: not known.

    silences and maintenance: active ones. is_open: whether a business calendar is open at an instant. unanswered: kinds of
    condition of which nothing is known: what is open of them stays open.
    """

    configuration: Configuration
    now: datetime
    looked: datetime | None = None
    silences: Sequence[Quiet] = ()
    maintenance: Sequence[Quiet] = ()
    is_open: Callable[[str, datetime], bool] = lambda _calendar, _at: True
    tally: Tally = field(default_factory=Tally)
    unanswered: frozenset[str] = frozenset()


@dataclass
class Telling:
    """An incident and a route that looks at it now. conditions: what is open of it and not muted.

    held: why nothing is told, "" while it may be, and until when at the latest, where known; why and kind: what is told. trail: every stage's say, for people.
    """

    incident: Incident
    way: Way
    notice: Notice
    conditions: list[Condition]
    kind: Kind = Kind.TOLD
    why: str = ""
    held: str = ""
    until: datetime | None = None
    trail: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ending(self) -> bool:
        """Its end is to be told."""
        return self.incident.state is IncidentState.RESOLVED

    @property
    def first(self) -> bool:
        """The route has told nothing of it yet."""
        return self.notice.told is None


@dataclass
class Change:
    """What became of an incident in this round, before anybody is told."""

    kind: Kind
    incident: Incident
    reason: str


@dataclass
class Round:
    """One round. Stages fill it from top to bottom; `decisions` is what comes out. on_duty: who is on call, by schedule asked."""

    around: Surroundings
    conditions: Sequence[Condition]
    incidents: Sequence[Incident]
    recent: Sequence[Incident] = ()
    ways: dict[str, tuple[Way, ...]] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    tellings: list[Telling] = field(default_factory=list)
    escalations: dict[str, Escalation] = field(default_factory=dict)
    on_duty: dict[str, str] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.around.now

    @property
    def configuration(self) -> Configuration:
        return self.around.configuration

    @cached_property
    def by_id(self) -> dict[str, Condition]:
        """What is open now, by id."""
        return {condition.condition_id: condition for condition in self.conditions}

    @cached_property
    def openings(self) -> dict[str, tuple[datetime, ...]]:
        """When the subjects of incidents that ended lately opened, ascending."""
        found: dict[str, tuple[datetime, ...]] = {}
        for incident in self.recent:
            if not incident.merged_into:
                found[incident.subject] = tuple(sorted({*found.get(incident.subject, ()), *incident.openings}))
        return found

    def alive(self) -> list[Telling]:
        """Tellings that no stage has held."""
        return [telling for telling in self.tellings if not telling.held]

    def open_of(self, incident: Incident) -> list[Condition]:
        """The conditions of an incident that are open now."""
        return [self.by_id[name] for name in incident.conditions if name in self.by_id]

    def changed(self, kind: Kind, incident: Incident, reason: str, **fields: object) -> None:
        """Note what became of an incident; a second change of a round adds to the first."""
        before = self.changes.get(incident.incident_id)
        if before is not None and kind in (Kind.JOINED, Kind.HELD):
            kind, reason = before.kind, before.reason
        changed = replace(incident, **fields) if fields else incident  # type: ignore[arg-type]
        self.changes[incident.incident_id] = Change(kind, changed, reason)
