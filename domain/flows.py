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
    """A step of a flow. `party` is whose turn it is until the step is reached.

    `expected_within` is the wall time after the step before, beyond which an instance counts as stuck.
    """

    id: Identifier
    name: str
    party: Party = Party.US
    interface: Identifier | None = None
    expected_within: Duration | None = None
    optional: bool = False


class Flow(Configured):
    """Milestones in their expected order. An instance is one `key` (× facility when `per_facility`, × item when `per_line`)."""

    id: Identifier
    name: str
    key: Identifier
    per_facility: bool = False
    per_line: bool = False
    milestones: tuple[Milestone, ...] = Field(min_length=2)
    completes_at: Identifier
    stuck_after: Duration | None = None


class Outcome(StrEnum):
    REACHED = "reached"
    FAILED = "failed"
    STARTED = "started"


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
