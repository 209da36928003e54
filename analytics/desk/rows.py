"""Answers of the exceptions desk. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics.failures.rows import Amount


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One thing to put right. about: failure, or duplicate (two records of one supplier or item; object is "A | B").

    steward: who it is assigned to, else the owner of its class. due None: no due time. overdue: open past it.
    pending: commands that are not accepted yet. failures, records, amounts and the like are of the failures behind it, within
    the interval asked about or since the oldest open item was opened. resolved_by: a person, or supplyscope.
    """

    item_id: str
    about: str
    state: str
    failure_class: str
    class_name: str
    severity: str
    remedy: str
    interface_id: str
    object_type: str
    object: str
    operation: str
    steward: str
    assignee: str
    due: datetime | None
    overdue: bool
    tags: tuple[str, ...]
    comments: int
    pending: int
    opened: datetime
    last_seen: datetime
    resolved: datetime | None
    resolved_by: str
    message: str
    code: str
    facilities: tuple[str, ...]
    contracts: tuple[str, ...]
    failures: int
    records: int
    episodes: int
    documents: int
    amounts: tuple[Amount, ...]
    correlation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did or asked what, when. outcome: done, pending or refused (value says why)."""

    time: datetime
    outcome: str
    action: str
    actor: str
    value: str
    command_id: str


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """What became of a command: pending, done or refused; reason '' unless refused."""

    command_id: str
    item_id: str
    outcome: str
    reason: str
