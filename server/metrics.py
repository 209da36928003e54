"""Own figures as Prometheus metrics. A part of the server adds a function that yields its families to PARTS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.figures import BOUNDS
from server.runtime import Runtime


def text(runtime: Runtime) -> bytes:
    """The Prometheus text format, version 0.0.4."""
    registry = CollectorRegistry()
    registry.register(_All(runtime))
    return generate_latest(registry)


class _All(Collector):
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterable[Metric]:
        for part in PARTS:
            yield from part(self._runtime)


def _intake(runtime: Runtime) -> Iterator[Metric]:
    figures = runtime.collector.figures()
    yield GaugeMetricFamily("supplyscope_intake_waiting_bytes", "Accepted and not yet committed.", figures.waiting_bytes)
    yield CounterMetricFamily("supplyscope_intake_repeated", "Requests seen before, not stored again.", figures.repeated)
    for name, said, totals in (
        ("records", "Records stored.", figures.accepted),
        ("requests", "Requests acknowledged.", figures.requests),
        ("bytes", "Bytes of acknowledged requests after decompression.", figures.bytes),
    ):
        family = CounterMetricFamily(f"supplyscope_intake_{name}", said, labels=["signal"])
        for signal, total in totals.items():
            family.add_metric([signal], total)
        yield family
    refused = CounterMetricFamily("supplyscope_intake_refused", "Requests refused.", labels=["signal", "reason"])
    for (signal, reason), total in figures.refused.items():
        refused.add_metric([signal, reason], total)
    yield refused


def _acknowledgement(runtime: Runtime) -> Iterator[Metric]:
    figures = runtime.collector.figures()
    family = HistogramMetricFamily("supplyscope_intake_seconds", "From a request's arrival to its commit.", labels=["signal"])
    for signal, buckets in figures.seconds_buckets.items():
        running, cumulative = 0, []
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), buckets, strict=True):
            running += count
            cumulative.append((bound, running))
        family.add_metric([signal], cumulative, figures.seconds_sum[signal])
    yield family


def _keys(runtime: Runtime) -> Iterator[Metric]:
    records = CounterMetricFamily("supplyscope_key_records", "Records stored, by key.", labels=["key", "signal"])
    refused = CounterMetricFamily("supplyscope_key_refused", "Requests refused, by key.", labels=["key", "signal"])
    for (signal, key), tally in runtime.collector.figures().by_key.items():
        records.add_metric([key, signal], tally.records)
        refused.add_metric([key, signal], tally.refused)
    used = GaugeMetricFamily("supplyscope_key_last_used", "Unix time a key last let a request in.", labels=["key"])
    for key, at in runtime.collector.keys.last_used.items():
        used.add_metric([key], at.timestamp())
    yield from (records, refused, used)


def _jobs(runtime: Runtime) -> Iterator[Metric]:
    runs = CounterMetricFamily("supplyscope_job_runs", "Runs of a scheduled job.", labels=["job"])
    failures = CounterMetricFamily("supplyscope_job_failures", "Runs that failed.", labels=["job"])
    seconds = GaugeMetricFamily("supplyscope_job_last_seconds", "How long the last run took.", labels=["job"])
    for job in runtime.scheduler.figures():
        runs.add_metric([job.name], job.runs)
        failures.add_metric([job.name], job.failures)
        seconds.add_metric([job.name], job.last_seconds)
    yield from (runs, failures, seconds)


def _pollers(runtime: Runtime) -> Iterator[Metric]:
    """Last good is left out for a poller that read nothing since the start: 0 would say 1970."""
    good = GaugeMetricFamily(
        "supplyscope_poller_last_good", "Unix time of a poller's last good sample.", labels=["poller", "kind"]
    )
    failures = GaugeMetricFamily("supplyscope_poller_failures", "Polls that failed in a row.", labels=["poller", "kind"])
    queues = GaugeMetricFamily("supplyscope_poller_queues", "Queues its last good poll read.", labels=["poller", "kind"])
    for state in (runner.state for runner in runtime.reconfiguration.live.pollers):
        failures.add_metric([state.id, state.kind], state.failures)
        if state.last_good is not None:
            good.add_metric([state.id, state.kind], state.last_good.timestamp())
            queues.add_metric([state.id, state.kind], state.queues)
    yield from (good, failures, queues)


def _spool(runtime: Runtime) -> Iterator[Metric]:
    state = runtime.collector.kept()
    yield GaugeMetricFamily("supplyscope_spool_bytes", "Acknowledged and waiting on disk for the store.", state.waiting_bytes)
    yield GaugeMetricFamily("supplyscope_spool_limit_bytes", "Beyond this, 503.", state.bytes_limit)
    yield GaugeMetricFamily("supplyscope_spool_records", "Acknowledged and waiting on disk.", state.waiting_records)
    yield GaugeMetricFamily("supplyscope_quarantined", "Requests that can never be stored.", runtime.collector.set_aside_count)


def _alert_decisions(runtime: Runtime) -> Iterator[Metric]:
    family = CounterMetricFamily(
        "supplyscope_alert_decisions", "Decisions about incidents, by named reason.", labels=["decision", "reason"]
    )
    for (decision, reason), total in runtime.reconfiguration.live.alerting.counts.by_reason.items():
        family.add_metric([decision, reason], total)
    yield family


PARTS: tuple[Callable[[Runtime], Iterator[Metric]], ...] = (
    _intake,
    _acknowledgement,
    _keys,
    _jobs,
    _pollers,
    _spool,
    _alert_decisions,
)
