"""Derived grains: what the minute record says, counted each SLA's way, by minute, five minutes and hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from analytics.context import Context
from analytics.sla import exclusions, progress
from analytics.sla.registry import Registry
from store.query import Query

_STAMPS = Query.beside(__file__, "grain_stamps.sql")
_TOUCHED = Query.beside(__file__, "grain_touched.sql")
_MINUTES = Query.beside(__file__, "grain_minutes.sql")
_COARSER = Query.beside(__file__, "grain_coarser.sql")
_FOLLOWED = ("measured", "added", "excluded")
_LONGEST = timedelta(days=411)


def derive(context: Context, registry: Registry) -> int:
    """Bring every grain up to the record; returns how many slices were counted again.

    What was measured, excluded, or (where silence counts) ended since the last look is counted anew, whole slices at a
    time. Each grain is compared with the finer one, so that a crash in between is repaired by the next run.
    """
    exclusions.apply(context, registry)
    known = progress.watermarks(context)
    before = {name: known.get(_job(name), progress.NEVER) for name in (*_FOLLOWED, "filled")}
    run = context.now
    newest = context.store.records(_STAMPS, run=run)[0]
    silent = any(row.no_data.value in ("bad", "good") for row in registry.slas.values())
    until = context.now.replace(second=0, microsecond=0)
    start = (
        min(max(before["filled"], newest["observed_from"], until - _LONGEST), until)
        if silent and newest["observed_from"] > progress.NEVER
        else until
    )
    if all(newest[name] <= before[name] for name in _FOLLOWED) and start == until:
        return 0
    run = _fresh(context, run, newest["touched"])
    common = {"revision": registry.revision, "run": run}
    filled = {"filled_from": int(start.timestamp()), "filled_until": int(until.timestamp())}
    context.store.run(_TOUCHED, **common, **{name: before[name] for name in _FOLLOWED}, **filled)
    touched: int = context.store.records(_STAMPS, run=run)[0]["touched"]
    if touched:
        context.store.run(_MINUTES, **common, filled_until=filled["filled_until"])
        for finer, grain in ((1, 5), (5, 60)):
            context.store.run(_COARSER, **common, finer=finer, grain=grain)
    progress.record_jobs(context, {_job(name): newest[name] for name in _FOLLOWED} | {_job("filled"): until})
    return touched


def _job(name: str) -> str:
    return progress.job_of("grains", name)


def _fresh(context: Context, run: datetime, taken: int) -> datetime:
    """A name for this run that no run had before, also when the clock stands still."""
    while taken:
        run += timedelta(milliseconds=1)
        taken = context.store.records(_STAMPS, run=run)[0]["touched"]
    return run.replace(microsecond=run.microsecond // 1000 * 1000)
