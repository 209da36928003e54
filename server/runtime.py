"""One running Supplyscope: what is open, in which order it starts and stops."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from alerts import audit, change_windows
from alerts.audit import export
from alerts.channels.channel import Channel
from alerts.on_call import auditor
from alerts.on_call.links import Signer
from analytics import activity, dependencies, desk, failures, flows, masters, queues, sla
from analytics.context import Context
from collector.collector import Collector
from collector.self_report import IntakeRecord
from collector.spool.keys import configured
from domain.clock import Clock, system_clock
from domain.configuration import Configuration
from server.job_record import JobRecord
from server.jobs import Job, Scheduler
from server.reconfiguration import Reconfiguration
from server.self_telemetry import OFF, STORE, SelfTelemetry
from server.settings import Role, Settings
from server.slack_sockets import SlackSockets
from server.wrong_passwords import WrongPasswords
from store import retention
from store.engine import MEMORY
from store.errors import SchemaMismatch, StoreError, StoreUnavailable
from store.generations import generations
from store.migrate import migrate, pending
from store.store import Store

log = structlog.get_logger("server")
_SECONDS_FOR_SCHEMA = 60

# What was sent and not recorded would be sent again: such jobs run to their end at a stop.
_WHOLE = False


class Runtime:
    """Opens the store and builds what the roles need. `start` then `stop`; `stop` is safe without start, and twice."""

    def __init__(self, settings: Settings, configuration: Configuration, clock: Clock = system_clock) -> None:
        self.settings = settings
        self.clock = clock
        on_disk = settings.clickhouse is not None or settings.location.path != MEMORY
        if on_disk:
            settings.data.mkdir(parents=True, exist_ok=True)
        self.store = _patiently(lambda: Store(settings.location)) if settings.clickhouse else Store(settings.location)
        self._bring_schema_up_to_date(configuration)
        self.collector = Collector(
            self.store,
            configuration,
            clock=clock,
            ingest_key=settings.ingest_key,
            spool=settings.data / "spool" if on_disk else None,
            spool_keys=configured(os.environ, settings.data if on_disk else None),
        )
        self.reconfiguration = Reconfiguration(settings, self.store, self.collector, configuration, clock)
        self.telemetry = SelfTelemetry(self._telemetry_goes(), self.collector.take_otlp, self.collector.figures)
        self._slack = SlackSockets(lambda: self.context)
        self.wrong_passwords = WrongPasswords(lambda: self.context)
        self.scheduler = Scheduler(self._jobs(), self.telemetry.span, busy=lambda: self.collector.busy)

    @property
    def configuration(self) -> Configuration:
        """The live configuration: another one after a reload."""
        return self.reconfiguration.live.configuration

    @property
    def context(self) -> Context:
        return self.reconfiguration.live.context

    @property
    def link_signer(self) -> Signer:
        """What signs and verifies the links of mails; every process of an installation needs the same key."""
        return self.reconfiguration.signer

    @property
    def channels(self) -> Mapping[str, Channel]:
        return self.reconfiguration.live.channels

    def start(self) -> None:
        if Role.COLLECTOR in self.settings.roles:
            self.collector.start()
        if Role.SCHEDULER in self.settings.roles:
            self.reconfiguration.lease.take()
        self._note("start", "started")
        self.scheduler.start()

    def stop(self) -> None:
        self.scheduler.stop()
        self.reconfiguration.lanes.close()
        self._slack.stop()
        with suppress(StoreError):  # Where the store is away, the lease ends by itself.
            self.reconfiguration.lease.release()
            self._note("stop", "stopped")
        self.telemetry.stop()
        self.collector.stop()
        self.store.close()

    def _note(self, action: str, outcome: str) -> None:
        """A process that begins or ends its roles, with the configuration in force."""
        roles, fingerprint = ",".join(sorted(self.settings.roles)), self.configuration.fingerprint
        try:
            audit.note(self.context, "operator", "process", action, f"roles {roles}", outcome, f"configuration {fingerprint}")
        except StoreError as error:  # Taking telemetry in must not wait for the audit log.
            log.warning("audit log missed an entry", action=action, roles=roles, error=str(error)[:200])

    def _telemetry_goes(self) -> str:
        """Only a collector takes telemetry into the store; other roles need an endpoint."""
        here = self.settings.telemetry
        return OFF if here == STORE and Role.COLLECTOR not in self.settings.roles else here

    def _jobs(self) -> tuple[Job, ...]:
        jobs: list[Job] = [
            Job("record jobs", timedelta(seconds=20), JobRecord(self.store, lambda: self.scheduler.figures(), self.clock).step)
        ]
        if Role.COLLECTOR in self.settings.roles:
            jobs.append(Job("record observation", timedelta(seconds=20), self._observe))
            jobs.append(Job("record intake", timedelta(seconds=20), IntakeRecord(self.collector, self.store, self.clock).step))
        if Role.DASHBOARD in self.settings.roles:
            jobs.append(Job("record wrong passwords", timedelta(seconds=10), self.wrong_passwords.step))
        if Role.SCHEDULER in self.settings.roles:
            jobs.append(Job("hold the lease", timedelta(seconds=5), self.reconfiguration.lease.hold))
            jobs.append(Job("build generation", timedelta(seconds=1), self.reconfiguration.advance))
            jobs.append(
                Job(
                    "compute flow instances",
                    timedelta(seconds=5),
                    lambda: flows.catch_up(self.context),
                    wakes="measure service levels",
                )
            )
            jobs.append(Job("roll up traffic", timedelta(seconds=30), lambda: activity.roll(self.context)))
            jobs.append(Job("find dependencies", timedelta(seconds=30), lambda: dependencies.catch_up(self.context)))
            jobs.append(Job("sum up queue hours", timedelta(minutes=5), lambda: queues.catch_up(self.context)))
            jobs.append(Job("measure service levels", timedelta(seconds=5), self._measure, wakes="decide and send alerts"))
            jobs.append(Job("report logged failures", timedelta(seconds=10), lambda: failures.report_error_logs(self.context)))
            jobs.append(Job("report overdue work", timedelta(seconds=60), lambda: failures.report_overdue(self.context)))
            jobs.append(Job("accept desk commands", timedelta(seconds=2), lambda: desk.accept_commands(self.context)))
            jobs.append(Job("keep the desk", timedelta(seconds=15), lambda: desk.keep_desk(self.context)))
            jobs.append(Job("collect masters", timedelta(minutes=2), lambda: masters.collect_masters(self.context)))
            jobs.append(Job("find kinds of messages", timedelta(seconds=30), lambda: failures.template_unknown(self.context)))
            jobs.append(
                Job("make and send reports", timedelta(seconds=5), lambda: self.reconfiguration.live.issuing.step(), _WHOLE)
            )
            jobs.append(
                Job("decide and send alerts", timedelta(seconds=5), lambda: self.reconfiguration.live.alerting.step(), _WHOLE)
            )
            jobs.append(Job("send heartbeat", timedelta(seconds=10), self._beat))
            jobs.append(Job("keep links to Slack", timedelta(seconds=10), self._slack.keep))
            jobs.append(Job("read change windows", timedelta(seconds=60), lambda: change_windows.read(self.context, os.environ)))
            jobs.append(Job("export the audit log", timedelta(seconds=5), lambda: export.step(self.context), _WHOLE))
            jobs.append(Job("audit escalations", timedelta(minutes=1), lambda: auditor.step(self.context)))
            jobs.append(Job("send messages", timedelta(seconds=1), lambda: self.reconfiguration.live.alerting.deliver(), _WHOLE))
        return tuple(jobs)

    def _bring_schema_up_to_date(self, configuration: Configuration) -> None:
        """The scheduler, of which there is one, migrates; other roles wait for it, so that two never migrate at once."""
        if Role.SCHEDULER in self.settings.roles:
            migrate(self.store, configuration)
            retention.apply(self.store, configuration.retention)
            return
        until = time.monotonic() + _SECONDS_FOR_SCHEMA
        while missing := pending(self.store) or not generations(self.store):
            if time.monotonic() > until:
                what = f"{len(missing)} migrations" if isinstance(missing, tuple) else "the rules' views"
                raise SchemaMismatch(
                    f"{what} of the schema are not applied at {self.settings.location}; start a process with the scheduler role first"
                )
            time.sleep(0.5)

    def _beat(self) -> None:
        if (heart := self.reconfiguration.live.heartbeat) is not None:
            heart.beat()

    def _measure(self) -> bool:
        """Whether a breach opened or closed: somebody is to be told at once."""
        sla.measure(self.context)
        return bool(sla.record_breaches(self.context))

    def _observe(self) -> None:
        now = self.clock()
        self.store.insert("observed", [{"minute": _minute(now), "role": Role.COLLECTOR.value, "received": now}])
        self.collector.agreement.report()


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
