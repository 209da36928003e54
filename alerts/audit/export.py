"""The audit log on its way out: what a target was told is on record, so a restart goes on where it was.

At least once: an entry is marked after the target took it, in one INSERT for the batch; a crash between sends that batch again, with the
same ids. What is recorded up to a week after its own time (told while the store was away) is exported, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alerts.audit import file, syslog
from alerts.audit.record import Entry, audit
from analytics.context import Context
from domain.interval import Interval
from store.query import Query

_STATE = Query.beside(__file__, "export_state.sql")
BATCH = 1_000
LATE = timedelta(days=7)
# Clocks of other roles may be ahead of ours.
_AHEAD = timedelta(hours=1)
_AT_MOST = 20
_IDLE = timedelta(days=1)
Send = Callable[[Sequence[Entry]], None]


@dataclass(frozen=True, slots=True)
class _State:
    since: datetime
    at: datetime


class ExportFailed(Exception):
    """A target did not take its entries; each line says which and why. The others have theirs."""


def step(context: Context) -> int:
    """Tell every configured target what it was not told; returns how many entries went out. ExportFailed when one did not take them.

    A target is told what happens from its first turn on: `supplyscope audit` prints what was before.
    """
    told, problems = 0, []
    for target, send in _targets(context).items():
        try:
            told += _tell(context, target, send)
        except (OSError, syslog.SyslogAway) as error:
            problems.append(f"{target}: {error}")
    if problems:
        raise ExportFailed("\n".join(problems))
    return told


def _targets(context: Context) -> dict[str, Send]:
    """A file by its path, a receiver by its address: another one begins anew."""
    settings, found = context.configuration.audit, dict[str, Send]()
    if settings.file is not None:
        path = Path(settings.file)
        found[f"file {path}"] = lambda entries: file.append(path, entries)
    if settings.syslog is not None:
        to = settings.syslog
        found[f"syslog {to.transport} {to.host}:{to.port}"] = lambda entries: syslog.send(entries, to)
    return found


def _tell(context: Context, target: str, send: Send) -> int:
    state = next(iter(context.store.rows(_STATE, _State, target=target)), None)
    if state is None:
        state = _State(context.now, context.now)
        _mark(context, target, state, ())
    told = 0
    for _ in range(_AT_MOST):
        oldest = max(state.since, state.at - LATE)
        found = audit(context, Interval(oldest, context.now + _AHEAD), untold=target, limit=BATCH)
        if not found:
            if context.now - state.at > _IDLE:  # Marks end: what they stand for must lie before what is asked again.
                _mark(context, target, _State(state.since, context.now), ())
            break
        send(found)
        state = _State(state.since, max(state.at, found[-1].at))
        _mark(context, target, state, found)
        told += len(found)
    return told


def _mark(context: Context, target: str, state: _State, told: Sequence[Entry]) -> None:
    common = {"target": target, "since": state.since, "exported": context.now}
    rows = [common | {"event_id": entry.event_id, "at": entry.at} for entry in told]
    context.store.insert("audit_exports", [*rows, common | {"event_id": "", "at": state.at}])
