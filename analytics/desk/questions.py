"""What lies on the exceptions desk, for whom, and what has been done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from analytics.context import Context
from analytics.desk.rows import AuditEntry, DeskItem
from analytics.failures.questions import groups
from analytics.failures.recovering import affected
from analytics.failures.rows import Affected, FailureGroup
from domain.interval import Interval
from store.query import Query

_STATES = Query.beside(__file__, "states.sql").text
_ITEMS = Query("desk/items", _STATES + Query.beside(__file__, "items.sql").text)
_HISTORY = Query.beside(__file__, "history.sql")
_NONE = Affected("", 0, ())


@dataclass(frozen=True, slots=True)
class _Found:
    item_id: str
    about: str
    interface_id: str
    failure_class: str
    object_type: str
    object: str
    operation: str
    is_open: bool
    steward: str
    assignee: str
    due: datetime | None
    tags: tuple[str, ...]
    comments: int
    opened: datetime
    resolved: datetime | None
    resolved_by: str
    pending: int


def items(
    context: Context,
    interval: Interval,
    *,
    state: Literal["open", "resolved"] | None = "open",
    steward: str | None = None,
    failure_class: str | None = None,
    interface: str | None = None,
    tag: str | None = None,
    overdue: bool = False,
    item_ids: Sequence[str] = (),
    limit: int = 500,
) -> tuple[DeskItem, ...]:
    """Work items that are open, however old, or were resolved in the interval: first what is due first, then the newest.

    `steward`: who they are assigned to, or else who owns their class. Items whose failures are all out of scope are left out.
    """
    classes = context.configuration.failure_classes
    found = context.store.rows(
        _ITEMS, _Found, start=interval.start, end=interval.end, now=context.now, state=state or "", steward=steward or "",
        failure_class=failure_class or "", interface=interface or "", tag=tag or "", overdue=int(overdue), item_ids=list(item_ids),
        classes=["", *(c.id for c in classes)], owners=["", *(c.owner for c in classes)], limit=limit,
    )  # fmt: skip
    if not found:
        return ()
    since = min(interval.start, *(item.opened for item in found)) - timedelta(seconds=1)
    behind, ids = Interval(since, interval.end), [item.item_id for item in found]
    named = sorted({item.object for item in found})
    failing = {group.item_id: group for group in groups(context, behind, item_ids=ids, objects=named, limit=limit)}
    money = {row.item_id: row for row in affected(context, behind, item_ids=ids, objects=named)}
    return tuple(
        _item(context, item, failing.get(item.item_id), money.get(item.item_id, _NONE))
        for item in found
        if item.about != "failure" or item.item_id in failing
    )


def _item(context: Context, item: _Found, group: FailureGroup | None, money: Affected) -> DeskItem:
    configured = context.configuration.failure_class(item.failure_class)
    return DeskItem(
        item_id=item.item_id,
        about=item.about,
        state="open" if item.is_open else "resolved",
        failure_class=item.failure_class,
        class_name=configured.name if configured else "",
        severity=configured.severity.value if configured else "warning",
        remedy=configured.remedy if configured else "",
        interface_id=item.interface_id,
        object_type=item.object_type,
        object=item.object,
        operation=item.operation,
        steward=item.steward,
        assignee=item.assignee,
        due=item.due,
        overdue=item.is_open and item.due is not None and item.due < context.now,
        tags=item.tags,
        comments=item.comments,
        pending=item.pending,
        opened=item.opened,
        last_seen=group.last_seen if group else item.opened,
        resolved=item.resolved,
        resolved_by=item.resolved_by,
        message=group.message if group else "",
        code=group.code if group else "",
        facilities=group.facilities if group else (),
        contracts=group.contracts if group else (),
        failures=group.count if group else 0,
        records=group.records if group else 0,
        episodes=group.episodes if group else 0,
        documents=money.documents,
        amounts=money.amounts,
        correlation_ids=group.correlation_ids if group else (),
    )


def history(context: Context, item_id: str, *, limit: int = 500) -> tuple[AuditEntry, ...]:
    """Everything asked of one item and everything that happened to it, oldest first: who, when, what."""
    return context.store.rows(_HISTORY, AuditEntry, item_id=item_id, limit=limit)
