"""Changes planned in ServiceNow are maintenance: read now and then, recorded, and asked for by every round of alerting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from alerts.channels.channel import Reader
from alerts.channels.servicenow import ChangeWindow, change_windows
from alerts.maintenance import Window
from analytics.context import Context
from domain.channels import ServiceNowChannel
from store.query import Query

log = structlog.get_logger("alerts")
_ACTIVE = Query.beside(__file__, "change_windows.sql")


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    ends: datetime
    touched: tuple[str, ...]


def read(context: Context, environment: Mapping[str, str]) -> int:
    """Ask every ServiceNow channel for planned changes of its configuration items; how many there are.

    One that does not answer keeps its last reading, which is said in the log: maintenance must not end because a question failed.
    """
    found = 0
    for channel in context.configuration.channels:
        if not isinstance(channel, ServiceNowChannel) or not channel.change_windows or not channel.configuration_items:
            continue
        try:
            windows = change_windows(channel, context.configuration.outbound, Reader(environment), context.now)
        except Exception as error:  # A missing secret, a refusal, no answer: the next reading tries again.
            log.warning("change windows not read", channel=channel.id, reason=str(error))
            continue
        _record(context, channel.id, windows)
        found += len(windows)
    return found


def active(context: Context) -> tuple[Window, ...]:
    """Windows that hold now. What they touch may be interfaces or systems."""
    rows = context.store.rows(_ACTIVE, _Row, now=context.now)
    interfaces = {interface.id for interface in context.configuration.interfaces}
    return tuple(
        Window(
            row.name,
            row.ends,
            interfaces=tuple(name for name in row.touched if name in interfaces),
            systems=tuple(name for name in row.touched if name not in interfaces),
        )
        for row in rows
    )


def _record(context: Context, source: str, windows: tuple[ChangeWindow, ...]) -> None:
    now = context.now
    none = ChangeWindow("", "no change is planned", now, now, ())
    rows = [
        {
            "source": source, "window_id": w.id, "name": w.name, "starts": w.start, "ends": w.end, "touched": list(w.touched), "seen": now,
        }
        for w in windows or (none,)
    ]  # fmt: skip
    context.store.insert("change_windows", rows)
