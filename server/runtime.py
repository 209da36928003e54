"""One running Supplyscope: what is open, in which order it starts and stops."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from alerts import channels
from alerts.scheduler_step import Alerting
from analytics import sla
from analytics.context import Context
from collector.collector import Collector
from collector.files.watch import sources as watched_folders
from collector.queues.sources import sources as queue_pollers
from collector.self_report import IntakeRecord
from domain.clock import Clock, system_clock
from domain.configuration import Configuration
from server.jobs import Job, Scheduler
from server.settings import Role, Settings
from store.engine import MEMORY
from store.errors import SchemaMismatch, StoreUnavailable
from store.migrate import migrate
from store.store import Store

log = structlog.get_logger("server")
_SECONDS_FOR_SCHEMA = 60


class Runtime:
    """Opens the store and builds what the roles need. `start` then `stop`; `stop` is safe without start, and twice."""

    def __init__(self, settings: Settings, configuration: Configuration, clock: Clock = system_clock) -> None:
        self.settings = settings
        self.configuration = configuration
        self.clock = clock
        on_disk = settings.clickhouse is not None or settings.location.path != MEMORY
        if on_disk:
            settings.data.mkdir(parents=True, exist_ok=True)
        self.store = _patiently(lambda: Store(settings.location)) if settings.clickhouse else Store(settings.location)
        self._bring_schema_up_to_date()
        self.context = Context(self.store, configuration, clock=clock)
        self.collector = Collector(
            self.store,
            configuration,
            clock=clock,
            ingest_key=settings.ingest_key,
            spool=settings.data / "spool" if on_disk else None,
        )
        self.pollers = queue_pollers(self.collector, configuration, os.environ, clock)
        for poller in self.pollers:
            self.collector.add(poller)
        for watch in watched_folders(self.collector, configuration, os.environ):
            self.collector.add(watch)
        self.channels = channels.build(configuration, os.environ)
        self.scheduler = Scheduler(self._jobs())

    def start(self) -> None:
        if Role.COLLECTOR in self.settings.roles:
            self.collector.start()
        self.scheduler.start()

    def stop(self) -> None:
        self.scheduler.stop()
        self.collector.stop()
        self.store.close()

    def _jobs(self) -> tuple[Job, ...]:
        jobs: list[Job] = []
        if Role.COLLECTOR in self.settings.roles:
            jobs.append(Job("record observation", timedelta(seconds=20), self._observe))
            jobs.append(Job("record intake", timedelta(seconds=20), IntakeRecord(self.collector, self.store, self.clock).step))
        if Role.SCHEDULER in self.settings.roles:
            alerting = Alerting(self.context, self.channels, self.configuration.organisation.public_url)
            jobs.append(Job("measure service levels", timedelta(seconds=5), self._measure))
            jobs.append(Job("decide and send alerts", timedelta(seconds=5), alerting.step))
        return tuple(jobs)

    def _bring_schema_up_to_date(self) -> None:
        """The scheduler, of which there is one, migrates; other roles wait for it, so that two never migrate at once."""
        if Role.SCHEDULER in self.settings.roles:
            migrate(self.store, self.configuration)
            return
        until = time.monotonic() + _SECONDS_FOR_SCHEMA
        while planned := migrate(self.store, self.configuration, dry_run=True):
            if time.monotonic() > until:
                raise SchemaMismatch(
                    f"{len(planned)} statements of the schema are not applied at {self.settings.location}; "
                    "start a process with the scheduler role and the same configuration first"
                )
            time.sleep(0.5)

    def _measure(self) -> None:
        sla.measure(self.context)
        sla.record_breaches(self.context)

    def _observe(self) -> None:
        now = self.clock()
        self.store.insert("observed", [{"minute": _minute(now), "role": Role.COLLECTOR.value, "received": now}])


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _patiently(open_store: Callable[[], Store], attempts: int = 30) -> Store:
    """A server that starts beside us may need a moment; an embedded folder is there or it is not."""
    for attempt in range(attempts):
        try:
            return open_store()
        except StoreUnavailable as error:
            if attempt == attempts - 1:
                raise
            log.warning("waiting for ClickHouse", error=str(error).split("\n", 1)[0][:200])
            time.sleep(1)
    raise AssertionError("unreachable")
