"""How our own scheduled work does: last run, duration, error; how far each incremental job has got, and its lag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.context import Context
from store.query import Query

JOB_RUNS = Query.beside(__file__, "job_runs.sql")
JOB_PROGRESS = Query.beside(__file__, "job_progress.sql")
# A process that stopped is history after a day; one that runs reports every twenty seconds.
_LATELY = timedelta(days=1)
_SILENT_AFTER = timedelta(minutes=2)
_TURNS_MISSED = 5


@dataclass(frozen=True, slots=True)
class JobRun:
    """A job of one process as of `recorded`. Times are UTC, None: not yet. last_error '' when the last run went well.

    skipped: turns that came while it still ran or rested. late: it should have finished a run and did not; silent: its
    process no longer reports.
    """

    job: str
    process: str
    every_seconds: float
    runs: int
    failures: int
    skipped: int
    last_started: datetime | None
    last_finished: datetime | None
    last_seconds: float
    running_since: datetime | None
    last_error: str
    recorded: datetime
    late: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class JobProgress:
    """What was received before `watermark` is in the job's results; lag_seconds is its distance from now."""

    job: str
    watermark: datetime
    recorded: datetime
    lag_seconds: float


def job_runs(context: Context) -> tuple[JobRun, ...]:
    """Every job that reported within the last day, by name and process."""
    rows = context.store.records(JOB_RUNS, since=context.now - _LATELY, now=context.now)
    return tuple(
        JobRun(**row, late=_late(row, context.now), silent=context.now - row["recorded"] > _SILENT_AFTER) for row in rows
    )


def job_progress(context: Context) -> tuple[JobProgress, ...]:
    """Every incremental job's watermark, whichever process moves it."""
    now = context.now
    rows = context.store.records(JOB_PROGRESS)
    return tuple(JobProgress(**row, lag_seconds=(now - row["watermark"]).total_seconds()) for row in rows)


def _late(row: dict[str, object], now: datetime) -> bool:
    """No run has ended for five turns, or five times as long as the last one took, whichever is more."""
    ended, every, took = row["last_finished"] or row["last_started"], row["every_seconds"], row["last_seconds"]
    if not isinstance(ended, datetime) or not isinstance(every, float) or not isinstance(took, float):
        return False
    return (now - ended).total_seconds() > _TURNS_MISSED * max(every, took, 60.0)
