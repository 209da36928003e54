"""Batch runs: on time, complete, and what they refused."""

from __future__ import annotations

from analytics.batches.rows import BatchReject, BatchRun
from analytics.context import Context
from domain.interval import Interval
from store.query import Query

RUNS = Query.beside(__file__, "runs.sql")
REJECTS = Query.beside(__file__, "rejects.sql")


def runs(
    context: Context, interval: Interval, *, job: str | None = None, status: str | None = None, limit: int = 200
) -> tuple[BatchRun, ...]:
    """Runs that started in `interval`, newest first, each once, in whichever order its reports came; `flags` names
    what does not agree: counts, listed rejects, control totals.

    A run that never reported a start counts where it finished, or else was first heard of.
    """
    parameters = {"start": interval.start, "end": interval.end, "job": job or "", "status": status or "", "limit": limit}
    return context.store.rows(RUNS, BatchRun, **parameters, **context.scope.parameters())


def rejects(context: Context, job: str, run_id: str, *, limit: int = 500) -> tuple[BatchReject, ...]:
    """Records the run refused, in the order of the file; a record reported twice is listed once."""
    return context.store.rows(REJECTS, BatchReject, job=job, run_id=run_id, limit=limit, **context.scope.parameters())
