"""The job table: everything the scheduler does, how often, and how it went."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

log = structlog.get_logger("jobs")
# A job rests this many times as long as it ran: a large back-fill is measured in few large steps, and intake keeps the processor.
_REST = 3


@dataclass(frozen=True, slots=True)
class Job:
    """`run` is idempotent. Runs never overlap; missed ones are caught up once."""

    name: str
    every: timedelta
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class JobFigures:
    """What a job did so far. last_error '' when the last run went well."""

    name: str
    runs: int = 0
    failures: int = 0
    last_finished: datetime | None = None
    last_seconds: float = 0.0
    last_error: str = ""


class Scheduler:
    """Runs the table in background threads. `stop` is safe without start, and twice; it waits for running jobs."""

    def __init__(
        self, jobs: tuple[Job, ...], observed: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext()
    ) -> None:
        self._jobs = jobs
        self._observed = observed
        self._resting_until = {job.name: 0.0 for job in jobs}
        self._figures = {job.name: JobFigures(job.name) for job in jobs}
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(max(1, len(jobs)))},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )

    def start(self) -> None:
        for job in self._jobs:
            first = datetime.now(UTC) + job.every * _stable_share(job.name)
            self._scheduler.add_job(
                self._run, "interval", args=(job,), seconds=job.every.total_seconds(), id=job.name, next_run_time=first
            )
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def figures(self) -> tuple[JobFigures, ...]:
        return tuple(self._figures[job.name] for job in self._jobs)

    def _run(self, job: Job) -> None:
        began, before = time.monotonic(), self._figures[job.name]
        if began < self._resting_until[job.name]:
            return
        error = ""
        try:
            with self._observed(f"job {job.name}"):
                job.run()
        except (
            Exception
        ) as failure:  # A job that fails is reported and tried again at its next turn; it must not stop the others.
            error = f"{type(failure).__name__}: {failure}"
            log.error("job failed", job=job.name, error=error)
        self._figures[job.name] = JobFigures(
            job.name, before.runs + 1, before.failures + bool(error), datetime.now(UTC), time.monotonic() - began, error
        )
        self._resting_until[job.name] = time.monotonic() + _REST * (time.monotonic() - began)


def _stable_share(name: str) -> float:
    """0 … 1, always the same for a name: jobs of equal period do not all start at once."""
    return (zlib.crc32(name.encode()) % 100) / 100
