"""The job that keeps the minute record: what received evidence since the last look is counted again, exactly (ADR D6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from analytics.context import Context
from analytics.sla import calendars, freshness, grains, instances, progress, registry
from analytics.sla.progress import NEVER, Due
from analytics.sla.registry import Registry
from domain.slas import (
    AcknowledgementSla,
    BatchDeadlineSla,
    CompletenessSla,
    CycleTimeSla,
    FreshnessSla,
    LatencySla,
    RatioSla,
    ThresholdSla,
)
from store.query import Query

_RATIO = Query.beside(__file__, "ratio_slices.sql")
_LATENCY = Query.beside(__file__, "latency_slices.sql")
_NARROWED = Query.beside(__file__, "span_slices.sql")
_QUEUES = Query.beside(__file__, "queue_slices.sql")
_CHANGED_INTERFACES = Query.beside(__file__, "changed_interfaces.sql")
_NEWEST = Query.beside(__file__, "newest_slice.sql")
_WRITTEN = Query.beside(__file__, "slices_written.sql")
# Spans are kept 400 days: an older minute without spans has lost them to retention and keeps its record.
_SPANS_KEPT = timedelta(days=390)


def measure(context: Context, *, full: bool = False) -> int:
    """Bring slices up to what is stored; returns how many were written, 0 when nothing changed.

    Idempotent: a slice is written only where its count differs from the record. `full` looks at everything again, for
    evidence that was committed long after its receipt (a spool replayed after a crash).
    """
    if not context.configuration.slas:
        return 0
    calendars.ensure_filled(context)
    todo = progress.due(context, full)
    stamp = _stamp(context)
    registered = registry.ensure(context)
    changed = _measure_interfaces(context, registered, todo, stamp)
    changed |= _measure_queues(context, registered, _of(todo, ThresholdSla), stamp)
    of_cases = _of(todo, CycleTimeSla, BatchDeadlineSla, CompletenessSla, AcknowledgementSla)
    changed |= instances.measure(context, registered, of_cases, stamp)
    written: int = context.store.value(_WRITTEN, stamp=stamp) if changed else 0
    progress.record(context, todo, frozenset(changed))
    grains.derive(context, registered)
    return written


def _measure_queues(context: Context, registered: Registry, todo: Sequence[Due], stamp: datetime) -> set[str]:
    """Samples of queues, all SLAs in one statement."""
    if todo:
        earliest = min(d.since for d in todo)
        ids = [d.sla.id for d in todo]
        context.store.run(_QUEUES, revision=registered.revision, sla_ids=ids, earliest=earliest, stamp=stamp)
    return {d.sla.id for d in todo}


def _measure_interfaces(context: Context, registered: Registry, todo: tuple[Due, ...], stamp: datetime) -> set[str]:
    """Ratio, latency and freshness; returns the ids of the SLAs looked at."""
    on_interface = _of(todo, RatioSla, LatencySla, FreshnessSla)
    if not on_interface:
        return set()
    changes = {
        row["sla_id"]: (row["first_minute"], row["last_minute"])
        for row in context.store.records(
            _CHANGED_INTERFACES,
            sla_ids=[d.sla.id for d in on_interface],
            interfaces=[d.sla.interface for d in on_interface if isinstance(d.sla, RatioSla | LatencySla | FreshnessSla)],
            since=[d.since for d in on_interface],
            earliest=min(d.since for d in on_interface),
        )
    }
    for kind, query in ((RatioSla, _RATIO), (LatencySla, _LATENCY)):
        whole = [d for d in _of(todo, kind) if d.sla.id in changes and not getattr(d.sla, "where", None)]
        _count_spans(context, query, whole, stamp)
    _count_narrowed(
        context, registered, [d for d in on_interface if d.sla.id in changes and getattr(d.sla, "where", None)], stamp
    )
    looked = freshness.measure(context, _of(todo, FreshnessSla), changes, stamp)
    return set(changes) | looked


def _count_spans(context: Context, query: Query, todo: Sequence[Due], stamp: datetime) -> None:
    if not todo:
        return
    slas = [d.sla for d in todo if isinstance(d.sla, RatioSla | LatencySla)]
    context.store.run(
        query,
        sla_ids=[sla.id for sla in slas],
        generations=[d.generation for d in todo],
        interfaces=[sla.interface for sla in slas],
        operations=[sla.operation or "" for sla in slas],
        within_ns=[sla.within // timedelta(microseconds=1) * 1000 if isinstance(sla, LatencySla) else 0 for sla in slas],
        since=[d.since for d in todo],
        earliest=min(d.since for d in todo),
        full=[d.sla.id for d in todo if d.since == NEVER],
        floor=context.now - _SPANS_KEPT,
        stamp=stamp,
    )


def _count_narrowed(context: Context, registered: Registry, todo: Sequence[Due], stamp: datetime) -> None:
    """Ratio and latency narrowed by attributes, from spans."""
    if todo:
        context.store.run(
            _NARROWED,
            revision=registered.revision,
            sla_ids=[d.sla.id for d in todo],
            since=[d.since for d in todo],
            earliest=min(d.since for d in todo),
            stamp=stamp,
        )


def _of(todo: Sequence[Due], *kinds: type) -> list[Due]:
    return [d for d in todo if isinstance(d.sla, kinds)]


def _stamp(context: Context) -> datetime:
    """Later than every slice recorded, whatever the clock says, so that the newest measurement wins."""
    newest: datetime = context.store.value(_NEWEST)
    now = context.now.replace(microsecond=context.now.microsecond // 1000 * 1000)
    return max(now, newest + timedelta(milliseconds=1))
