"""How work travels: key types, crosswalks, flows, milestones and the rules that find them in spans."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from domain.base import Configured, Duration, Identifier
from domain.landscape import Party


class KeyType(Configured):
    """A kind of business key. `attribute` and `aliases` name the span attributes that carry it, first match wins.

    `authority_attribute` names the attribute of who issued the value (supplier for invoices); None: one issuer.
    A story expands through identifying keys only.
    """

    id: Identifier
    attribute: str
    aliases: tuple[str, ...] = ()
    authority_attribute: str | None = None
    identifying: bool = True


class Crosswalk(Configured):
    """Two values that name one thing, within a period (None: unbounded)."""

    key_type: Identifier
    authority: str = ""
    value: str
    other_authority: str = ""
    other_value: str
    valid_from: date | None = None
    valid_to: date | None = None


class Milestone(Configured):
    """A step of a flow. `party` is whose turn it is until the step is reached: its clock runs, every other party's stands still.

    `expected_within` is the wall time after the step before, beyond which an instance counts as stuck.
    """

    id: Identifier
    name: str
    party: Party = Party.US
    interface: Identifier | None = None
    expected_within: Duration | None = None
    optional: bool = False


class Flow(Configured):
    """Milestones in their expected order. An instance is one `key` (× facility when `per_facility`, × item when `per_line`,
    × effective date when `effective_attribute` names the attribute that carries it).

    `completes_at` makes an instance usable, `proven_at` shows by an optional milestone that it is in use. `abandoned_at` are
    optional milestones that end it without completing it; after `abandoned_after` without evidence it counts as abandoned, too.
    `completes_within` is the wall time from the first step in which it should complete; None: what the steps' own add up to.
    Business time is of `calendar`; None: always open.
    """

    id: Identifier
    name: str
    key: Identifier
    per_facility: bool = False
    per_line: bool = False
    milestones: tuple[Milestone, ...] = Field(min_length=2)
    completes_at: Identifier
    stuck_after: Duration | None = None
    calendar: Identifier | None = None
    effective_attribute: str | None = None
    proven_at: Identifier | None = None
    abandoned_at: tuple[Identifier, ...] = ()
    abandoned_after: Duration | None = None
    completes_within: Duration | None = None

    @property
    def in_levels(self) -> bool:
        """Whether several instances share a key, and evidence of the whole key counts for each."""
        return self.per_facility or self.per_line or self.effective_attribute is not None


class Outcome(StrEnum):
    """`retracted` takes back every report of the step up to its time; `amended` says when it was reached, whatever was said before."""

    REACHED = "reached"
    FAILED = "failed"
    STARTED = "started"
    RETRACTED = "retracted"
    AMENDED = "amended"


class SpanStatus(StrEnum):
    OK = "ok"
    ERROR = "error"
    ANY = "any"


class SpanCondition(Configured):
    """All that are given must hold. `attributes` compare as text; "*" asks only that the attribute is present."""

    interface: Identifier | None = None
    span_name: str | None = None
    status: SpanStatus = SpanStatus.OK
    attributes: dict[str, str] = Field(default_factory=dict)


class MilestoneRule(Configured):
    """Spans that match `when` are evidence of a milestone, at the span's end.

    Spans that name a flow and milestone themselves (`flow.name`, `milestone.name`) need no rule.
    """

    id: Identifier
    flow: Identifier
    milestone: Identifier
    outcome: Outcome = Outcome.REACHED
    when: SpanCondition
