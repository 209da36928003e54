"""The exceptions desk as a record: what people ask, what becomes of it, and where that leaves a work item. Pure (ADR 0008)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

PLATFORM = "supplyscope"
_LONGEST_TEXT = 4_000
_TAG = re.compile(r"[a-z0-9][a-z0-9 _.-]{0,39}")


class Action(StrEnum):
    """What may happen to a work item: the first three are the platform's, the others people ask for."""

    OPENED = "opened"
    REOPENED = "reopened"
    AUTO_RESOLVED = "auto_resolved"
    ASSIGN = "assign"
    COMMENT = "comment"
    TAG = "tag"
    UNTAG = "untag"
    DUE = "due"
    RESOLVE = "resolve"
    REOPEN = "reopen"


ASKED_FOR = tuple(Action)[3:]
_OPENING = frozenset({Action.OPENED, Action.REOPENED, Action.REOPEN})
_CLOSING = frozenset({Action.RESOLVE, Action.AUTO_RESOLVED})


@dataclass(frozen=True, slots=True)
class Command:
    """Somebody asks for `action`. value: a person's id ('' nobody), a text, a tag, a due time ('' none), or a reason."""

    command_id: str
    item_id: str
    action: Action
    actor: str
    value: str
    asked: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """It is so since `time`. actor: who asked, or supplyscope."""

    item_id: str
    time: datetime
    action: Action
    actor: str
    value: str
    command_id: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command changes nothing, and what to do instead."""

    command_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Where the record leaves an item. due, resolved: None for none. assignee '': its steward's."""

    item_id: str
    is_open: bool
    assignee: str
    due: datetime | None
    tags: tuple[str, ...]
    comments: int
    opened: datetime
    resolved: datetime | None
    resolved_by: str


def folded(events: Iterable[Event]) -> WorkItem | None:
    """The item after its events in order of time; None without any."""
    item: WorkItem | None = None
    for event in sorted(events, key=lambda e: e.time):
        item = after(item or _begun(event), event)
    return item


def _begun(event: Event) -> WorkItem:
    return WorkItem(event.item_id, True, "", None, (), 0, event.time, None, "")


def after(item: WorkItem, event: Event) -> WorkItem:
    """The item when `event` has happened."""
    if event.action in _OPENING:
        return replace(item, is_open=True, resolved=None, resolved_by="")
    if event.action in _CLOSING:
        return replace(item, is_open=False, resolved=event.time, resolved_by=event.actor)
    if event.action is Action.ASSIGN:
        return replace(item, assignee=event.value)
    if event.action is Action.DUE:
        return replace(item, due=datetime.fromisoformat(event.value) if event.value else None)
    if event.action is Action.COMMENT:
        return replace(item, comments=item.comments + 1)
    others = tuple(tag for tag in item.tags if tag != event.value)
    return replace(item, tags=tuple(sorted((*others, event.value))) if event.action is Action.TAG else others)


def decide(command: Command, item: WorkItem | None, people: frozenset[str], zone: str, at: datetime) -> Event | Refusal:
    """What becomes of `command` on `item` at `at`: the event it is turned into, or why it is refused."""
    try:
        value = _checked(command, item, people, zone)
    except ValueError as error:
        return Refusal(command.command_id, str(error))
    return Event(command.item_id, at, command.action, command.actor, value, command.command_id)


def _checked(command: Command, item: WorkItem | None, people: frozenset[str], zone: str) -> str:
    """The value as it is recorded; ValueError says what is wrong and what to do."""
    value = command.value.strip()
    if item is None:
        raise ValueError(f'work item "{command.item_id}" does not exist; list them with: supplyscope desk list')
    if command.actor not in people:
        raise ValueError(f'"{command.actor}" is nobody of people in the configuration; act as one of {", ".join(sorted(people))}')
    if command.action is Action.ASSIGN and value and value not in people:
        raise ValueError(f'"{value}" is nobody of people in the configuration; assign to one of {", ".join(sorted(people))}')
    if command.action is Action.COMMENT and not 0 < len(value) <= _LONGEST_TEXT:
        raise ValueError(f"a comment has 1 to {_LONGEST_TEXT} characters, not {len(value)}")
    if command.action in (Action.TAG, Action.UNTAG):
        value = value.lower()
        if not _TAG.fullmatch(value):
            raise ValueError(f'"{value}" is no tag; write 1 to 40 letters, digits, spaces, dots, hyphens or underscores')
    if command.action is Action.DUE and value:
        return due_time(value, zone).isoformat()
    if command.action is Action.RESOLVE and not item.is_open:
        raise ValueError(f"it was resolved by {item.resolved_by} already; reopen it to resolve it again")
    if command.action is Action.REOPEN and item.is_open:
        raise ValueError("it is open already")
    return value[:_LONGEST_TEXT]


def due_time(text: str, zone: str) -> datetime:
    """An instant with its zone, or a day, whose last second in `zone` is meant. ValueError otherwise."""
    at: datetime | None
    try:
        if len(text) <= 10:
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError(
            f'"{text}" is no due time; write a day as 2026-11-30, or an instant with its zone as 2026-11-30T17:00:00Z'
        )
    return at.astimezone(UTC)
