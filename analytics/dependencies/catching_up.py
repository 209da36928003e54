"""Bringing call_edges up to what was received, five minutes at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from analytics import feeding
from analytics.context import Context
from store.query import Query

_TOUCHED = Query.beside(__file__, "touched.sql")
_COMPUTE = Query.beside(__file__, "compute.sql")
# A callee may begin this long after its caller: a message that waited over night is still a call.
WINDOW = timedelta(hours=24)
BUCKETS_AT_ONCE = 12
JOB = "dependencies"


def catch_up(context: Context, *, buckets_at_once: int = BUCKETS_AT_ONCE) -> int:
    """Compute edges again wherever a span of their traces was received since the last run; returns how many buckets."""
    seconds = int(WINDOW.total_seconds())

    def touched(since: datetime) -> tuple[datetime, ...]:
        return tuple(row["bucket"] for row in context.store.records(_TOUCHED, since=since, window=seconds))

    def compute(buckets: tuple[datetime, ...], stamp: datetime) -> None:
        given = [bucket.strftime("%Y-%m-%d %H:%M:%S") for bucket in buckets]
        context.store.run(_COMPUTE, buckets=given, first=given[0], last=given[-1], window=seconds, stamp=stamp)
        context.store.insert("call_buckets", [{"bucket": bucket, "computed": stamp} for bucket in buckets])

    return feeding.advance(context, JOB, touched, compute, buckets_at_once)
