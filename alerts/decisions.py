"""What was decided about an incident, with its named reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from alerts.conditions.condition import Condition
from alerts.incidents import Incident
from alerts.routing import Target


class Kind(StrEnum):
    """told: the first message of an incident that opened before. held: nothing is told, for a new reason. cleared: nothing is
    open any more, its end is told at the next look. grown: further members of its group. ended: some of them. repeated: said again.
    merged: a storm took it in. escalated: nobody acknowledged it and further people are told.
    acknowledged, unacknowledged, snoozed, reassigned: by somebody."""

    OPENED = "opened"
    JOINED = "joined"
    RAISED = "severity raised"
    TOLD = "told"
    HELD = "held"
    GROWN = "grown"
    ENDED = "some ended"
    REPEATED = "repeated"
    ESCALATED = "escalated"
    CLEARED = "cleared"
    MERGED = "merged"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    SNOOZED = "snoozed"
    REASSIGNED = "reassigned"


@dataclass(frozen=True, slots=True)
class Decision:
    """`incident` is the state after it. `targets`: who is owed a message for it. `conditions`: what the message is about, not muted;
    `ended`: how many of its group ended since the message before."""

    kind: Kind
    incident: Incident
    reason: str
    targets: tuple[Target, ...] = ()
    notify: bool = False
    conditions: tuple[Condition, ...] = ()
    ended: int = 0
