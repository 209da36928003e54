"""How interfaces, queues and batches do, as IT operations says it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from analytics import words
from analytics.activity.rows import InterfaceHealth
from analytics.batches.rows import BatchRun
from analytics.queues.rows import QueueState
from dashboards import naming
from dashboards.text import counted

Health = Literal["failing", "noisy", "silent", "ok"]
SHOWN: dict[Health, str] = {"failing": "✕ failing", "noisy": "! errors", "silent": "– silent", "ok": "✓ ok"}
WORSE = 1.5
NOTABLE = 0.01
LATE_AFTER = timedelta(hours=6)
OLD = 600.0


def of(row: InterfaceHealth) -> Health:
    """failing: over 1 % errors and half again as many as in the period before; noisy: over 1 %; silent: no call in the period."""
    if row.last_seen is None or not row.spans:
        return "silent"
    share, before = row.error_share or 0.0, row.previous_error_share or 0.0
    if share > NOTABLE and share > WORSE * before:
        return "failing"
    return "noisy" if share > NOTABLE else "ok"


def urgency(row: InterfaceHealth) -> tuple[int, int, float]:
    """Sorts what needs a look first: state, then tier, then share of errors."""
    return (list(SHOWN).index(of(row)), row.tier, -(row.error_share or 0.0))


def unfinished(run: BatchRun, now: datetime) -> bool:
    """Started over six hours ago and not finished."""
    return run.status in ("started", "running") and run.started is not None and now - run.started > LATE_AFTER


def needs_a_look(run: BatchRun, now: datetime) -> bool:
    """Failed, partial, or started long ago and never finished."""
    return run.status in ("failed", "partial") or unfinished(run, now)


def finding(interfaces: Sequence[InterfaceHealth], latest: Sequence[QueueState]) -> str:
    """The IT page's title: what fails more than usual, what is silent, and the oldest message."""
    failing = [row.name or row.interface_id for row in interfaces if of(row) == "failing"]
    silent = sum(of(row) == "silent" for row in interfaces)
    parts = []
    if failing:
        parts.append(f"{naming.some(failing, 3)} {'fails' if len(failing) == 1 else 'fail'} more than usual")
    if silent and silent == len(interfaces):
        return f"No call has been heard: all {counted(silent, 'interface')} are silent."
    if silent:
        parts.append(f"{counted(silent, 'interface')} {'is' if silent == 1 else 'are'} silent")
    if (oldest := max(latest, key=_age, default=None)) and _age(oldest) > OLD:
        parts.append(f"queue {oldest.queue} holds a message for {words.duration(_age(oldest))}")
    if not parts:
        return f"All {counted(len(interfaces), 'interface')} work as usual." if interfaces else "No interface has been seen yet."
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def queues_finding(latest: Sequence[QueueState]) -> str:
    """The deepest queue and when it will be empty."""
    deepest = max(latest, key=lambda queue: queue.depth or 0, default=None)
    if deepest is None or not deepest.depth:
        return "No queue has a backlog" if latest else "Queue backlogs"
    drains = f"drains in {words.duration(deepest.drain_seconds)}" if deepest.drain_seconds else "is not draining"
    return f"{deepest.queue} holds {deepest.depth:,} and {drains}"


def _age(queue: QueueState) -> float:
    return queue.oldest_age_seconds or 0.0
