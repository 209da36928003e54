"""How the jobs of queues and dependencies go on: by what was received, in pieces of buckets, from where the last run stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from analytics.context import Context
from store.query import Query

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_PROGRESS = Query(
    "feeding/progress",
    "SELECT job, watermark, begun, after, recorded FROM feed_progress WHERE job = {job:String} ORDER BY recorded DESC LIMIT 1",
)
# Evidence is stamped on receipt and committed a little later, so the watermark stays this far behind the clock.
_COMMIT_LAG = timedelta(seconds=30)
_QUICK_SECONDS, _SLOW_SECONDS = 1.0, 4.0
_MOST_AT_ONCE = 2016


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything received up to `watermark` is in; `after` is NEVER between passes."""

    job: str
    watermark: datetime
    begun: datetime
    after: datetime
    recorded: datetime


def progress(context: Context, job: str) -> Progress:
    """How far `job` has come; from the beginning when it never ran."""
    found = context.store.rows(_PROGRESS, Progress, job=job)
    return found[0] if found else Progress(job, NEVER, NEVER, NEVER, NEVER)


def advance(
    context: Context,
    job: str,
    touched: Callable[[datetime], tuple[datetime, ...]],
    compute: Callable[[tuple[datetime, ...], datetime], None],
    at_once: int,
) -> int:
    """Compute what changed since the last run; returns how many buckets. Idempotent, and continued where it was cut off.

    `touched(since)` names the buckets to compute again, `compute(buckets, stamp)` does some of them; a later stamp counts.
    The first piece is of `at_once` buckets; while pieces are quick the next ones are larger, so that a sparse history of
    years takes few statements and a dense one stays within memory.
    """
    at = progress(context, job)
    if at.after == NEVER:
        at = replace(at, begun=max(context.now - _COMMIT_LAG, at.watermark))
    buckets = tuple(sorted(bucket for bucket in touched(at.watermark) if bucket > at.after))
    left, size = buckets, at_once
    while left:
        piece, left = left[:size], left[size:]
        at = replace(at, recorded=_stamp(context, at))
        began = time.monotonic()
        compute(piece, at.recorded)
        size = _next_size(size, time.monotonic() - began, at_once)
        at = _record(context, replace(at, after=piece[-1]))
    if buckets or at.after != NEVER:
        _record(context, replace(at, watermark=at.begun, after=NEVER))
    return len(buckets)


def _next_size(size: int, seconds: float, least: int) -> int:
    if seconds < _QUICK_SECONDS:
        return min(2 * size, _MOST_AT_ONCE)
    return max(size // 2, least) if seconds > _SLOW_SECONDS else size


def _record(context: Context, at: Progress) -> Progress:
    stamped = replace(at, recorded=_stamp(context, at))
    context.store.insert("feed_progress", [{name: getattr(stamped, name) for name in Progress.__slots__}])
    return stamped


def _stamp(context: Context, at: Progress) -> datetime:
    """Later than every stamp before, whatever the clock says."""
    return max(context.now, at.recorded + timedelta(microseconds=1))
