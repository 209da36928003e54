"""How alerts are judged before anybody is told: what is news, storms, flapping, inhibition, throttling."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from domain.base import Configured, Duration, Identifier
from domain.matchers import Matcher, MatchingRule
from domain.secrets import Secret


class Storm(Configured):
    """More than `subjects` subjects of one cause that open `within` are one incident; more of the cause join it until `quiet`."""

    subjects: int = Field(default=10, ge=1)
    within: Duration = timedelta(minutes=5)
    quiet: Duration = timedelta(minutes=15)


class Flapping(Configured):
    """What opens for the `openings`-th time `within` is said to flap, and ends only after it stayed away for `hold`."""

    openings: int = Field(default=3, ge=2)
    within: Duration = timedelta(hours=1)
    hold: Duration = timedelta(minutes=15)


class Inhibition(Configured):
    """While an alert like `source` is open, alerts like `target` with the same values of `equal` are not told."""

    id: Identifier
    source: tuple[Matcher, ...] = Field(min_length=1)
    target: tuple[Matcher, ...] = Field(min_length=1)
    equal: tuple[str, ...] = ()


class Throttle(Configured):
    """Of incidents alike in `by` that are first told `within` it, the first `first` are told, then every `then_every`th.

    What is held is told when the time has passed and it is still open. `match` narrows it; a severity that rises passes.
    """

    id: Identifier
    match: tuple[Matcher, ...] = ()
    by: tuple[str, ...] = ("failure_class", "sla", "kind", "interface")
    first: int = Field(default=1, ge=1)
    then_every: int = Field(default=10, ge=1)
    within: Duration = timedelta(seconds=10)


def _rules(*written: str) -> tuple[MatchingRule, ...]:
    return Inhibition.model_validate({"id": "x", "source": written, "target": written}).source


# A broken promise says more than the warnings that led to it; a queue nobody reads explains its depth.
DEFAULT_INHIBITIONS = (
    Inhibition(id="open-breach", source=_rules('kind="breach"'), target=_rules('kind=~"burn_rate|budget|breach_at_risk"'), equal=("sla",)),
    Inhibition(id="page-over-ticket", source=_rules('kind="burn_rate"', 'severity="critical"'), target=_rules('kind=~"burn_rate|budget"', 'severity!="critical"'), equal=("sla",)),
    Inhibition(id="stuck-queue", source=_rules('kind="queue_stuck"'), target=_rules('kind=~"queue_drain|queue_age"'), equal=("queue",)),
    Inhibition(id="silent-source", source=_rules('kind="silent_source"'), target=_rules('kind=~"completeness|burn_rate"'), equal=("interface",)),
    Inhibition(id="blind", source=_rules('kind="health"', 'subject="Supplyscope intake"'), target=_rules('kind=~"silent_source|completeness|batch|queue_.*"')),
)  # fmt: skip
# The first tells at once; its neighbours wait ten seconds, in which a storm shows itself. Beyond twenty an hour, every tenth.
DEFAULT_THROTTLES = (
    Throttle(id="burst"),
    Throttle(id="hourly", first=20, then_every=10, within=timedelta(hours=1)),
)


class Heartbeat(Configured):
    """An address outside of the house, called as long as alerting works: what watches it alarms when the calls stay away.

    Not called when the last good round of alerting is longer ago than `late_after`.
    """

    url: Secret
    every: Duration = timedelta(minutes=1)
    late_after: Duration = timedelta(minutes=3)


class Alerting(Configured):
    """A condition whose newest evidence is older than `news_for` is history: recorded, nobody is told.

    page_wait, group_wait: how long the first message waits for company, of critical incidents and of others. group_interval
    and repeat_interval: for further members of a group, and until an open incident is said again. Routes may say otherwise.
    blind_after: how long the store may stay away before every channel is told that Supplyscope is blind.
    history_wait: while mostly records older than an hour arrive, new conditions that rest on what is missing wait, at most so long.
    """

    news_for: Duration = timedelta(hours=6)
    page_wait: Duration = timedelta(seconds=0)
    group_wait: Duration = timedelta(seconds=30)
    group_interval: Duration = timedelta(minutes=5)
    repeat_interval: Duration = timedelta(hours=4)
    blind_after: Duration = timedelta(minutes=1)
    history_wait: Duration = timedelta(minutes=30)
    storm: Storm = Storm()
    flapping: Flapping = Flapping()
    inhibitions: tuple[Inhibition, ...] = DEFAULT_INHIBITIONS
    throttles: tuple[Throttle, ...] = DEFAULT_THROTTLES
    heartbeat: Heartbeat | None = None
