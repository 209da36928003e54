"""The order of decisions, as one list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alerts.conditions.condition import Condition, labels_of
from alerts.decisions import Decision
from alerts.incidents import Incident
from alerts.pipeline import escalate, escalated, grouping, muting, outbox, telling
from alerts.pipeline.round import Round, Surroundings
from alerts.routing import ways


@dataclass(frozen=True, slots=True)
class Stage:
    """A name people see, what it does in a word, and its function over the round."""

    name: str
    does: str
    run: Callable[[Round], None]


def match(current: Round) -> None:
    """Which routes each condition takes that no incident names yet."""
    for condition in grouping.unplaced(current.incidents, current.conditions):
        current.ways[condition.condition_id] = ways(labels_of(condition, current.configuration), current.configuration)


def group(current: Round) -> None:
    """Conditions become incidents; routes whose look has come go on to the next stages."""
    grouping.group(current)
    telling.look(current)


def owe(current: Round) -> None:
    """What was decided, with whom it tells, those of escalations included."""
    outbox.owe(current)
    escalated.join(current)


STAGES: tuple[Stage, ...] = (
    Stage("match", "which routes an alert takes", match),
    Stage("group", "which incident it belongs to, storms and flapping, and whose look has come", group),
    Stage("inhibit", "another alert explains it", muting.inhibit),
    Stage("silence", "somebody asked for quiet", muting.silence),
    Stage("maintenance", "planned work on it", muting.maintain),
    Stage("active hours", "the route's times", muting.active_hours),
    Stage("dedupe", "whether there is anything new to say", telling.dedupe),
    Stage("throttle", "the first of a class, then every so many", telling.throttle),
    Stage("escalate", "who else must know when nobody acknowledges", escalate.escalate),
    Stage("outbox", "who is owed a message", owe),
)


def run(
    conditions: Sequence[Condition], incidents: Sequence[Incident], around: Surroundings, recent: Sequence[Incident] = ()
) -> tuple[Decision, ...]:
    """Decisions about what is open, in the order to record them. `recent`: incidents that ended lately. Nothing to decide: none."""
    return tuple(run_whole(Round(around, conditions, incidents, recent)).decisions)


def run_whole(current: Round) -> Round:
    """The same, with everything the stages left behind."""
    for stage in STAGES:
        stage.run(current)
    return current
