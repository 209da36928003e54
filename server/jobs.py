"""The job table: everything the scheduler does, how often, and how it went."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from domain.clock import Clock, system_clock
from store.interruption import Interrupted, until
from store.priority import behind_intake

log = structlog.get_logger("jobs")
# A job rests as long as it ran, so that others come to their turn; while senders wait, several times as long: a large
# back-fill is then measured in few large steps, and intake keeps the processor.
_REST, _REST_WHILE_BUSY = 1, 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """`run` is idempotent. Runs never overlap; missed ones are caught up once.

    interruptible: at a stop it may end between any two statements; otherwise the stop waits for the whole run.
    wakes: the job that takes its turn at once after a run that returned something true, instead of at its next turn.
    """

    name: str
    every: timedelta
    run: Callable[[], object]
    interruptible: bool = True
    wakes: str = ""


@dataclass(frozen=True, slots=True)
class JobFigures:
    """What a job did so far. last_error '' when the last run went well.

    skipped: turns that came while it still ran or rested. running_since None: it is not running.
    """

    name: str
    every_seconds: float = 0.0
    runs: int = 0
    failures: int = 0
    skipped: int = 0
    last_started: datetime | None = None
    last_finished: datetime | None = None
    last_seconds: float = 0.0
    running_since: datetime | None = None
    last_error: str = ""


class Scheduler:
    """Runs the table in background threads; `busy` says whether intake needs the processor now. `stop` is safe without start, and twice; it waits until running jobs
    have ended their statement."""

    def __init__(
        self,
        jobs: tuple[Job, ...],
        observed: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext(),
        clock: Clock = system_clock,
        seconds: Callable[[], float] = time.monotonic,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._jobs = jobs
        self._observed = observed
        self._clock = clock
        self._seconds = seconds
        self._busy = busy
        self._resting_until = {job.name: 0.0 for job in jobs}
        self._figures = {job.name: JobFigures(job.name, job.every.total_seconds()) for job in jobs}
        self._stopping = threading.Event()
        self._running = {job.name: threading.Lock() for job in jobs}
        self._woken_while_running: set[str] = set()
        self._waking = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(max(1, len(jobs)), {"initializer": behind_intake})},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )

    def start(self) -> None:
        for job in self._jobs:
            self._scheduler.add_job(
                self.turn, "interval", args=(job,), seconds=job.every.total_seconds(), id=job.name,
                next_run_time=next_turn(job.name, job.every, datetime.now(UTC)),
            )  # fmt: skip
        self._stopping.clear()
        self._scheduler.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def figures(self) -> tuple[JobFigures, ...]:
        return tuple(self._figures[job.name] for job in self._jobs)

    def turn(self, job: Job) -> None:
        """Run `job` once, unless it still runs (in whatever thread) or rests from its last run."""
        lock = self._running[job.name]
        if self._seconds() < self._resting_until[job.name] or not lock.acquire(blocking=False):
            self._tell(job, skipped=self._figures[job.name].skipped + 1)
            return
        news: object = None
        try:
            news = self._run(job)
        finally:
            lock.release()
        if news and job.wakes:
            self._wake(job.wakes)
        with self._waking:
            again = job.name in self._woken_while_running
            self._woken_while_running.discard(job.name)
        if again:
            self._wake(job.name)

    def _wake(self, name: str) -> None:
        """Its next turn is now, or when it has rested; one that runs takes another turn after this one."""
        with self._waking:
            if name in self._running and self._running[name].locked():
                self._woken_while_running.add(name)
                return
        if not self._scheduler.running:
            return
        rest = max(0.0, self._resting_until.get(name, 0.0) - self._seconds())
        with suppress(JobLookupError):  # Another process has it, or it stops at this moment.
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC) + timedelta(seconds=rest))

    def _run(self, job: Job) -> object:
        """What the job returned, None when it failed."""
        began, started = self._seconds(), self._clock()
        self._tell(job, last_started=started, running_since=started)
        error, news = "", None
        try:
            with self._observed(f"job {job.name}"), until(self._stopping) if job.interruptible else nullcontext():
                news = job.run()
        except Interrupted:
            log.info("job interrupted by the stop", job=job.name)
        except (
            Exception
        ) as failure:  # A job that fails is reported and tried again at its next turn; it must not stop the others.
            error = f"{type(failure).__name__}: {failure}"
            log.error("job failed", job=job.name, error=error)
        took, before = self._seconds() - began, self._figures[job.name]
        self._tell(
            job, runs=before.runs + 1, failures=before.failures + bool(error), last_finished=self._clock(), last_seconds=took,
            running_since=None, last_error=error,
        )  # fmt: skip
        self._resting_until[job.name] = self._seconds() + took * (_REST_WHILE_BUSY if self._busy() else _REST)
        return news

    def _tell(self, job: Job, **news: object) -> None:
        self._figures[job.name] = replace(self._figures[job.name], **news)  # type: ignore[arg-type]


def next_turn(name: str, every: timedelta, now: datetime) -> datetime:
    """The first turn after `now`. Turns of a name lie at the same share of every period since 1970, across restarts and
    processes, and jobs of equal period do not all start at once."""
    phase = every * stable_share(name)
    return _EPOCH + phase + ((now - _EPOCH - phase) // every + 1) * every


def stable_share(name: str) -> float:
    """0 … 0.99, always the same for a name."""
    return (zlib.crc32(name.encode()) % 100) / 100
