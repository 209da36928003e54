"""The configuration of a running process, and the one place where it is replaced by another."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from alerts import audit, channels, heartbeat
from alerts.blind import Blind
from alerts.channels.channel import Channel
from alerts.delivery.lanes import Lanes
from alerts.heartbeat import Heartbeat
from alerts.lease import Lease
from alerts.on_call.links import keys as link_keys
from alerts.scheduler_step import Alerting
from analytics.context import Context
from collector.collector import Collector
from collector.files.watch import sources as watched_folders
from collector.otlp.kafka import sources as kafka_topics
from collector.queues.kinds import settings_of_kind
from collector.queues.runner import PollerRunner
from collector.queues.sources import sources as queue_pollers
from collector.source import Source
from domain.clock import Clock
from domain.configuration import Configuration
from domain.loader import load
from reports.issuing import Issuing
from server.settings import Role, Settings
from store import retention, succession
from store.engine import MEMORY
from store.generations import active_number, generations, newest
from store.store import Store

_log = structlog.get_logger("server")
_SECONDS_AT_A_TIME = 2.0
# A generation begins only in this process, with a reload.
_COMPLETE_HOLDS_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Live:
    """What follows from a configuration; replaced whole, so that nobody sees half of a change."""

    configuration: Configuration
    context: Context
    channels: Mapping[str, Channel]
    alerting: Alerting
    issuing: Issuing
    heartbeat: Heartbeat | None
    pollers: tuple[PollerRunner, ...]


@dataclass(frozen=True, slots=True)
class Reloaded:
    """`generation` is the newest, `active` the one readers see; they differ while the past is filled in."""

    configuration: str
    changed: bool
    rules: str
    generation: int
    active: int


class Reconfiguration:
    """Holds the live configuration. `reload` and `advance` never run at once; both are safe from any thread."""

    def __init__(
        self, settings: Settings, store: Store, collector: Collector, configuration: Configuration, clock: Clock
    ) -> None:
        self._settings = settings
        self._store = store
        self._collector = collector
        self._clock = clock
        self._lock = threading.Lock()
        self._complete_until = 0.0
        self.lanes = Lanes()
        on_disk = settings.clickhouse is not None or settings.location.path != MEMORY
        self.signer = link_keys(os.environ, settings.data if on_disk else None)
        self.lease = Lease(store, clock)
        self._blind = Blind(settings.data / "blind.jsonl" if on_disk else None)
        self.live = self._made_of(configuration)
        for source in self._sources(self.live):
            collector.add(source)

    def reload(self) -> Reloaded:
        """Read the configuration folder again and go on under it.

        Raises ConfigurationError with every mistake, and nothing has changed then; StoreError when the views cannot be
        brought up to date, and the next reload tries again. The scheduler role begins a generation where rules changed.
        """
        with self._lock:
            configuration = load(self._settings.config, poller_settings=settings_of_kind())
            before, live = self.live.configuration.fingerprint, self._made_of(configuration)
            if Role.SCHEDULER in self._settings.roles:
                self._collector.agreement.expect(configuration, changing=True)
                try:
                    succession.begin(self._store, configuration)
                    retention.apply(self._store, configuration.retention)
                except BaseException:
                    self._collector.agreement.expect(self.live.configuration)
                    raise
            self.live = live
            self._complete_until = 0.0
            self._collector.reconfigure(configuration, self._sources(self.live), self._settings.ingest_key)
        told = self._told(before != configuration.fingerprint)
        if told.changed:
            audit.note(
                live.context,
                "operator",
                "configuration",
                "change configuration",
                told.configuration,
                "active",
                f"before: {before}",
            )
        _log.info("configuration reloaded", fingerprint=told.configuration, changed=told.changed, generation=told.generation)
        return told

    def advance(self) -> None:
        """A turn of work at the newest generation, if it is not active yet."""
        until = time.monotonic() + _SECONDS_AT_A_TIME
        if time.monotonic() < self._complete_until:
            return
        with self._lock:
            more = True
            while more and time.monotonic() < until:
                more = succession.advance(self._store, self.live.configuration)
            if not more:
                self._complete_until = time.monotonic() + _COMPLETE_HOLDS_SECONDS

    def _told(self, changed: bool) -> Reloaded:
        current = newest(generations(self._store))
        own, number = self._collector.agreement.rules, current.number if current else 0
        return Reloaded(self.live.configuration.fingerprint, changed, own, number, active_number(self._store))

    def _made_of(self, configuration: Configuration) -> Live:
        context = Context(self._store, configuration, clock=self._clock)
        built = channels.build(configuration, os.environ)
        url = configuration.organisation.public_url
        alerting = Alerting(
            context, built, url, self.lanes, background=True, lease=self.lease, signer=self.signer, blind=self._blind
        )
        pollers = tuple(queue_pollers(self._collector, configuration, os.environ, self._clock))
        heart = heartbeat.build(
            configuration.alerting.heartbeat, configuration.outbound, os.environ, self._clock, lambda: alerting.looked
        )
        return Live(configuration, context, built, alerting, Issuing(context, built), heart, pollers)

    def _sources(self, live: Live) -> tuple[Source, ...]:
        """Everything that brings telemetry in by itself; each kind has a line here."""
        return (
            *live.pollers,
            *watched_folders(self._collector, live.configuration, os.environ),
            *kafka_topics(self._collector, live.configuration, os.environ),
        )
