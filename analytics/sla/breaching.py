"""The job that keeps the record of breaches, from what has been measured."""

from __future__ import annotations

from datetime import datetime, timedelta

from analytics.context import Context
from analytics.sla import definitions, facts, instance_breaches, progress, window_breaches
from analytics.sla.facts import Fact
from analytics.sla.questions import breaches_by_id
from analytics.sla.rows import Breach
from domain.slas import FreshnessSla, LatencySla, RatioSla
from store.query import Query

_CHANGED_SLICES = Query.beside(__file__, "changed_slices.sql")
_NEWEST = Query.beside(__file__, "newest_slice.sql")
_SUPERSEDED = Query.beside(__file__, "superseded.sql")
_JOB = progress.job_of("breaches", "record")


def record_breaches(context: Context) -> tuple[Breach, ...]:
    """Open and close breaches as the record now says; returns those newly opened or closed, in the order they opened.

    Instances and job days are breaches of their own, opened at the due time. An SLA over a window is breached from the
    minute its share fell below target. Idempotent: ids follow from what is breached and when it became true.
    """
    since = progress.watermark(context, _JOB)
    newest: datetime = context.store.value(_NEWEST)
    found = _superseded(context)
    if newest > since:
        found += instance_breaches.changes(context, since)
    found += window_breaches.changes(context, _windows_to_judge(context, since, newest))
    context.store.insert("sla_breaches", found)
    # Slices of this very millisecond may still be written: it is looked at again next time.
    if newest - timedelta(milliseconds=1) > since:
        progress.record_jobs(context, {_JOB: newest - timedelta(milliseconds=1)})
    return breaches_by_id(context, sorted({fact["breach_id"] for fact in found}))


def _windows_to_judge(context: Context, since: datetime, newest: datetime) -> list[window_breaches.WindowSla]:
    """SLAs with new slices; all of them at the turn of a minute, when old slices leave the windows."""
    slas = [sla for sla in context.configuration.slas if isinstance(sla, RatioSla | LatencySla | FreshnessSla)]
    if not slas or newest <= since:
        return []
    if newest.replace(second=0, microsecond=0) > since:
        return slas
    changed = {row["sla_id"] for row in context.store.records(_CHANGED_SLICES, sla_ids=[sla.id for sla in slas], since=since)}
    return [sla for sla in slas if sla.id in changed]


def _superseded(context: Context) -> list[Fact]:
    """A changed definition starts anew; what it replaced is closed."""
    current = sorted(set(definitions.generations(context.configuration).values()))
    rows = context.store.records(_SUPERSEDED, generations=current)
    return [facts.closed(context, row, max(context.now, row["opened"]), "its definition changed") for row in rows]
