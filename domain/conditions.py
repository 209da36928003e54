"""What is worth alerting on: a rule per kind of condition, with defaults that make sense unedited."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from domain.base import Configured, Duration, Identifier
from domain.matchers import Matcher
from domain.slas import Severity

_SECOND, _MINUTE, _HOUR, _DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class ConditionBase(Configured):
    """Fields all kinds share. `every` is how often it is asked: an answer stands until the next.

    `for` is how long a condition must last before it counts. `where` keeps those whose labels match. `severity`, `owner` and
    `runbook` replace what the evidence says; `labels` are added to it.
    """

    # A frozen model reads `for`, which is no name in Python.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: Identifier
    enabled: bool = True
    every: Duration = _MINUTE
    lasting: Annotated[Duration | None, Field(alias="for")] = None
    where: tuple[Matcher, ...] = ()
    severity: Severity | None = None
    owner: Identifier | None = None
    runbook: str = ""
    labels: dict[str, str] = Field(default_factory=dict)


class BurnRate(ConditionBase):
    """A burn-rate tier of an SLA fires: pages are critical, tickets warnings. Guards for low traffic are the tiers' own."""

    kind: Literal["burn_rate"]
    every: Duration = 15 * _SECOND


class OpenBreach(ConditionBase):
    """A breach is on record and not closed."""

    kind: Literal["breach"]
    # As often as alerts are decided: a recorded breach brings the next round forward.
    every: Duration = 1 * _SECOND


class BreachAtRisk(ConditionBase):
    """Less than `budget_left` of an SLA's budget is left and it lasts less than `exhausted_within` at the present pace."""

    kind: Literal["breach_at_risk"]
    budget_left: float = Field(default=0.25, gt=0, le=1)
    exhausted_within: Duration = _DAY
    min_total: int = Field(default=20, ge=0)


class BreachCertain(ConditionBase):
    """Nothing that can still come saves the SLA's calendar period."""

    kind: Literal["breach_certain"]


class BudgetSpent(ConditionBase):
    """The share of an SLA's error budget that is spent reaches info, warning or critical: one condition whose severity rises."""

    kind: Literal["budget"]
    info: float = Field(default=0.5, gt=0)
    warning: float = Field(default=0.75, gt=0)
    critical: float = Field(default=1.0, gt=0)
    min_total: int = Field(default=20, ge=0)


class FailureOpen(ConditionBase):
    """An object fails in a class that opens incidents, and has not succeeded since. News every `every`, the whole less often."""

    kind: Literal["failure"]
    # Shorter than the time between rounds, or a round that begins a moment early would leave it for the next.
    every: Duration = 4 * _SECOND
    whole_every: Duration = 2 * _MINUTE


class FailureCount(ConditionBase):
    """`at_least` different records failed in one class at one interface `within`."""

    kind: Literal["failure_count"]
    at_least: int = Field(default=50, ge=1)
    within: Duration = _HOUR


class FailureRate(ConditionBase):
    """At least `share` of an interface's calls failed `within`; fewer than `min_total` calls or `min_failed` failures say nothing."""

    kind: Literal["failure_rate"]
    every: Duration = 30 * _SECOND
    share: float = Field(default=0.25, gt=0, le=1)
    within: Duration = 15 * _MINUTE
    min_total: int = Field(default=20, ge=1)
    min_failed: int = Field(default=5, ge=1)


class FailureDollars(ConditionBase):
    """Open failures of one class at one interface hold up `at_least` in the organisation's currency."""

    kind: Literal["failure_dollars"]
    every: Duration = 5 * _MINUTE
    at_least: Decimal = Field(default=Decimal(25_000), gt=0)
    within: Duration = 7 * _DAY


class FlowStuck(ConditionBase):
    """An instance of a flow is overdue or refused at its next step."""

    kind: Literal["flow_stuck"]
    severity: Severity | None = Severity.WARNING
    flows: tuple[Identifier, ...] = ()


class FlowAtRisk(ConditionBase):
    """An instance usually needs longer than is left to it, or is past due."""

    kind: Literal["flow_at_risk"]
    severity: Severity | None = Severity.INFO
    flows: tuple[Identifier, ...] = ()


class QueueDrain(ConditionBase):
    """A queue of at least `min_depth` messages needs longer than `longer_than` to drain, or does not drain and is unusually deep."""

    kind: Literal["queue_drain"]
    every: Duration = 30 * _SECOND
    longer_than: Duration = _HOUR
    min_depth: int = Field(default=100, ge=1)


class QueueAge(ConditionBase):
    """The oldest message of a queue has waited longer than `older_than`."""

    kind: Literal["queue_age"]
    every: Duration = 30 * _SECOND
    older_than: Duration = 30 * _MINUTE


class QueueStuck(ConditionBase):
    """Messages wait and nobody takes them: no consumer, none that acknowledges, or a head that does not move."""

    kind: Literal["queue_stuck"]
    every: Duration = 30 * _SECOND
    severity: Severity | None = Severity.CRITICAL


class Batch(ConditionBase):
    """An expected batch is late (warning), missed (critical), or came and is not whole (warning)."""

    kind: Literal["batch"]
    within: Duration = 2 * _DAY


class SilentSource(ConditionBase):
    """A source that usually speaks has stopped for longer than three times its longest gap of the week."""

    kind: Literal["silent_source"]


class Completeness(ConditionBase):
    """At least `at_least` keys of a handover sent `within` were not received in time, and at least `share` of those sent."""

    kind: Literal["completeness"]
    every: Duration = 2 * _MINUTE
    at_least: int = Field(default=1, ge=1)
    share: float = Field(default=0.0, ge=0, le=1)
    min_sent: int = Field(default=5, ge=1)
    within: Duration = _DAY


class Health(ConditionBase):
    """Supplyscope itself: intake that refuses or was away, jobs that fail or are late, pollers that read nothing."""

    kind: Literal["health"]
    every: Duration = 30 * _SECOND
    refused_share: float = Field(default=0.05, gt=0, le=1)
    min_refused: int = Field(default=20, ge=1)


ConditionRule = Annotated[
    BurnRate | OpenBreach | BreachAtRisk | BreachCertain | BudgetSpent | FailureOpen | FailureCount | FailureRate | FailureDollars
    | FlowStuck | FlowAtRisk | QueueDrain | QueueAge | QueueStuck | Batch | SilentSource | Completeness | Health,
    Field(discriminator="kind"),
]  # fmt: skip
KINDS: tuple[type[ConditionBase], ...] = (
    BurnRate, OpenBreach, BreachAtRisk, BreachCertain, BudgetSpent, FailureOpen, FailureCount, FailureRate, FailureDollars,
    FlowStuck, FlowAtRisk, QueueDrain, QueueAge, QueueStuck, Batch, SilentSource, Completeness, Health,
)  # fmt: skip


def kind_of(rule: type[ConditionBase]) -> str:
    """The word a rule's kind is written with."""
    return str(rule.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]


DEFAULT_CONDITIONS: tuple[ConditionBase, ...] = tuple(
    rule.model_validate({"id": f"default-{kind_of(rule).replace('_', '-')}", "kind": kind_of(rule)}) for rule in KINDS
)


def in_force(configured: tuple[ConditionBase, ...]) -> tuple[ConditionBase, ...]:
    """The configured rules that are enabled, and the default of every kind that none is configured of."""
    named = {type(rule) for rule in configured}
    return tuple(rule for rule in (*configured, *(d for d in DEFAULT_CONDITIONS if type(d) not in named)) if rule.enabled)
