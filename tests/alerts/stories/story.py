"""Stories: push at a time, want a message between two times; anything extra, empty or missing fails.

Times are seconds of the story. Both sides run the same routing tree and the same pushes: ours with the clock in hand, Alertmanager
on a clock that runs SCALE times as fast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.conditions.condition import plain
from alerts.incidents import Incident, IncidentState
from alerts.journal import INCIDENT
from alerts.pipeline import Surroundings, Tally, run
from domain.configuration import Configuration
from domain.matchers import Labels
from domain.slas import Severity
from tests.support.network import NETWORK

BEGIN = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
STEP = 5
# The tree's times, in seconds of the story.
WAIT, INTERVAL, REPEAT = 30, 120, 480
Names = frozenset[str]


@dataclass(frozen=True)
class Push:
    """Alerts that fire from `at` (or since `since`) to `until`, each with its labels; None: to the end of the story."""

    at: int
    names: tuple[str, ...]
    until: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    since: int | None = None


@dataclass(frozen=True)
class Hush:
    """A silence over alerts with these labels."""

    at: int
    until: int
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Want:
    """A message to `receiver` between two times, saying exactly these names. ended None: not looked at."""

    receiver: str
    after: int
    before: int
    firing: tuple[str, ...] = ()
    ended: tuple[str, ...] | None = ()


@dataclass(frozen=True)
class Message:
    receiver: str
    at: float
    firing: Names
    ended: Names


@dataclass(frozen=True)
class Story:
    """`routes` and the rest are ours; `theirs` are Alertmanager's words for the same. ours, alertmanager: where wants differ."""

    name: str
    length: int
    routes: Sequence[Mapping[str, Any]]
    theirs: Mapping[str, Any]
    pushes: Sequence[Push]
    wants: Sequence[Want]
    hushes: Sequence[Hush] = ()
    alerting: Mapping[str, Any] = field(default_factory=dict)
    inhibit_rules: Sequence[Mapping[str, Any]] = ()
    receivers: Sequence[str] = ()
    no_ends: Sequence[str] = ()
    reload_at: int | None = None
    ours_instead: Sequence[Want] | None = None
    difference: str = ""


def unmet(wants: Sequence[Want], messages: Sequence[Message]) -> list[str]:
    """What is wrong: wants without their message, and messages that nobody wanted. An empty message is never wanted."""
    left, wrong = list(messages), []
    for want in wants:
        found = next((m for m in left if _fits(want, m)), None)
        if found is None:
            wrong.append(f"missing: {want}")
        else:
            left.remove(found)
    return wrong + [f"not wanted: {message}" for message in left]


def _fits(want: Want, message: Message) -> bool:
    in_time = want.receiver == message.receiver and want.after <= message.at <= want.before
    said = message.firing == frozenset(want.firing) and (want.ended is None or message.ended == frozenset(want.ended))
    return in_time and said and bool(message.firing or message.ended)


@dataclass(frozen=True)
class _Silence:
    name: str
    labels: Mapping[str, str]

    def covers(self, labels: Labels) -> bool:
        return all(value in labels.get(name, ()) for name, value in self.labels.items())


def configuration_of(story: Story) -> Configuration:
    """The story's tree; whatever it does not say is the default, throttles and storms included."""
    channels = [{"kind": "slack_webhook", "id": name, "url": {"env": "X"}} for name in story.receivers]
    return Configuration.model_validate({
        "organisation": NETWORK["organisation"], "channels": channels, "routes": list(story.routes), "alerting": dict(story.alerting),
    })  # fmt: skip


def ours(story: Story) -> list[Message]:
    """Every message our pipeline owes in the story, on its own clock. The state goes through its record between rounds."""
    configuration, messages, tally = configuration_of(story), [], Tally()
    current: dict[str, Incident] = {}
    said: dict[tuple[str, str], Names] = {}
    looked: datetime | None = None
    for at in range(0, story.length, STEP):
        now = BEGIN + timedelta(seconds=at)
        if story.reload_at is not None and story.reload_at <= at < story.reload_at + STEP:
            looked, tally = None, Tally()
        found = [condition(push, name) for push in story.pushes if _fires(push, at) for name in push.names]
        hushed = [_Silence("S-1", hush.labels) for hush in story.hushes if hush.at <= at < hush.until]
        around = Surroundings(configuration, now, looked, silences=hushed, tally=tally)
        still = [i for i in current.values() if i.state is IncidentState.OPEN]
        ended = [
            i
            for i in current.values()
            if i.state is IncidentState.RESOLVED and i.resolved and now - i.resolved <= timedelta(hours=1)
        ]
        for decision in run(found, still, around, ended):
            kept = INCIDENT.validate_json(INCIDENT.dump_json(decision.incident))
            current[kept.incident_id] = kept
            firing = frozenset(c.condition_id.partition("|")[2] for c in decision.conditions)
            for target in decision.targets:
                before = said.get((kept.incident_id, target.channel), frozenset())
                gone = before - {c.condition_id.partition("|")[2] for c in found}
                messages.append(Message(target.channel, at, firing, gone))
                said[kept.incident_id, target.channel] = firing
        looked = now
    return messages


def _fires(push: Push, at: int) -> bool:
    return push.at <= at and (push.until is None or at < push.until)


def condition(push: Push, name: str) -> Any:
    """A pushed alert as a condition: its own subject, as an alert of Alertmanager is its own."""
    labels = {name: value for name, value in push.labels.items() if name != "severity"}
    opened = BEGIN + timedelta(seconds=push.at if push.since is None else push.since)
    found = plain(
        f"failure|{name}",
        "failure",
        f"alert {name}",
        Severity(push.labels.get("severity", "warning")),
        f"{name} is wrong.",
        opened,
    )
    return replace(found, labels=tuple(sorted(labels.items())))
