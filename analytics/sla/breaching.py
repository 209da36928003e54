"""The job that keeps the record of breaches, from what has been measured."""

from __future__ import annotations

from datetime import datetime

from analytics.context import Context
from analytics.sla import definitions, facts, instance_breaches, judgement, progress, registry, window_breaches
from analytics.sla.facts import Fact
from analytics.sla.questions import recorded_now
from analytics.sla.rows import Breach
from store.query import Query

_NEWEST = Query.beside(__file__, "newest_slice.sql")
_SUPERSEDED = Query.beside(__file__, "superseded.sql")
_JOB = progress.job_of("breaches", "record")


def record_breaches(context: Context) -> tuple[Breach, ...]:
    """Open and close breaches as the record now says; returns those newly opened or closed, in the order they opened.

    Instances and job days are breaches of their own, opened at the due time. An SLA over a window is breached from the
    minute its share fell below target. Call it after `measure`, never beside it. Idempotent: ids follow from what is breached and when it became true.
    """
    since = progress.watermark(context, _JOB)
    newest: datetime = context.store.value(_NEWEST)
    found = _superseded(context)
    if newest > since:
        found += instance_breaches.changes(context, since)
    known = registry.ensure(context)
    judged = judgement.judge(context, known, only_changed=True)
    found += window_breaches.changes(context, known, judged)
    context.store.insert("sla_breaches", found)
    judgement.record(context, judged)
    window_breaches.looked(context)
    # Every measurement has a stamp later than all before it, so nothing older than `newest` is still to come.
    if newest > since:
        progress.record_jobs(context, {_JOB: newest})
    return recorded_now(context, frozenset(fact["breach_id"] for fact in found))


def _superseded(context: Context) -> list[Fact]:
    """A changed definition starts anew; what it replaced is closed."""
    current = sorted(set(definitions.generations(context.configuration).values()))
    rows = context.store.records(_SUPERSEDED, generations=current)
    return [facts.closed(context, row, max(context.now, row["opened"]), "its definition changed") for row in rows]
