"""Supplyscope observes itself with the OpenTelemetry SDK: into its own store as interface `supplyscope`, or to an endpoint."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any

import structlog
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status, StatusCode

from collector.figures import Figures
from collector.refusals import Refused
from domain.intake import Signal

INTERFACE = "supplyscope"
STORE, OFF = "store", "off"
_SPANS_EVERY = 10_000  # milliseconds
_METRICS_EVERY = 60_000
_COMMIT_WITHIN = 10  # seconds
log = structlog.get_logger("telemetry")

Take = Callable[[Signal, bytes], tuple[object, Future[None] | None]]


class SelfTelemetry:
    """Spans of jobs and meters of intake. `destination`: store, off, or the base URL of an OTLP/HTTP endpoint.

    `stop` sends what waits and is safe twice; both do nothing when off. Telemetry that cannot be delivered is dropped with a
    warning: observing must never hold up the work.
    """

    def __init__(self, destination: str, take: Take, figures: Callable[[], Figures]) -> None:
        self._on = destination != OFF
        self._tracers: TracerProvider | None = None
        self._meters: MeterProvider | None = None
        if not self._on:
            return
        resource = Resource.create(
            {"service.name": "supplyscope", "interface.id": INTERFACE, "service.instance.id": str(os.getpid())}
        )
        spans: SpanExporter = _StoredSpans(take)
        metrics: MetricExporter = _StoredMetrics(take)
        if destination != STORE:
            spans = OTLPSpanExporter(f"{destination.rstrip('/')}/v1/traces")
            metrics = OTLPMetricExporter(f"{destination.rstrip('/')}/v1/metrics")
        self._tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._tracers.add_span_processor(BatchSpanProcessor(spans, schedule_delay_millis=_SPANS_EVERY))
        reader = PeriodicExportingMetricReader(metrics, export_interval_millis=_METRICS_EVERY)
        self._meters = MeterProvider([reader], resource, shutdown_on_exit=False)
        _observe(self._meters, figures)

    @contextlib.contextmanager
    def span(self, name: str, **attributes: str | int | float) -> Iterator[None]:
        """A span around the block; an exception marks it as failed and goes on."""
        if self._tracers is None:
            yield
            return
        tracer = self._tracers.get_tracer("supplyscope")
        with tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:
                # The type only: messages may quote what was being stored.
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def stop(self) -> None:
        tracers, self._tracers = self._tracers, None
        meters, self._meters = self._meters, None
        if tracers is not None:
            tracers.shutdown()
        if meters is not None:
            meters.shutdown()


def _observe(meters: MeterProvider, figures: Callable[[], Figures]) -> None:
    meter = meters.get_meter("supplyscope")

    def by_signal(pick: Callable[[Figures], Any]) -> Callable[[CallbackOptions], Iterable[Observation]]:
        return lambda _: [Observation(total, {"signal": signal}) for signal, total in pick(figures()).items()]

    def refused(_: CallbackOptions) -> Iterable[Observation]:
        return [Observation(n, {"signal": signal, "reason": why}) for (signal, why), n in figures().refused.items()]

    meter.create_observable_counter("supplyscope.intake.records", [by_signal(lambda f: f.accepted)], "{record}", "Records stored")
    meter.create_observable_counter("supplyscope.intake.requests", [by_signal(lambda f: f.requests)], "{request}", "Acknowledged")
    meter.create_observable_counter("supplyscope.intake.bytes", [by_signal(lambda f: f.bytes)], "By", "Bodies, decompressed")
    meter.create_observable_counter("supplyscope.intake.refused", [refused], "{request}", "Requests refused")
    waiting = lambda _: [Observation(figures().waiting_bytes)]  # noqa: E731
    meter.create_observable_gauge("supplyscope.intake.waiting", [waiting], "By", "Accepted and not yet committed")


class _StoredSpans(SpanExporter):
    def __init__(self, take: Take) -> None:
        self._take = take

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        stored = _store(self._take, Signal.TRACES, encode_spans(spans).SerializeToString())
        return SpanExportResult.SUCCESS if stored else SpanExportResult.FAILURE


class _StoredMetrics(MetricExporter):
    def __init__(self, take: Take) -> None:
        super().__init__()
        self._take = take

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **_: object) -> MetricExportResult:  # noqa: ARG002
        stored = _store(self._take, Signal.METRICS, encode_metrics(metrics_data).SerializeToString())
        return MetricExportResult.SUCCESS if stored else MetricExportResult.FAILURE

    def force_flush(self, timeout_millis: float = 10_000) -> bool:  # noqa: ARG002
        return True

    def shutdown(self, timeout_millis: float = 30_000, **_: object) -> None:  # noqa: ARG002
        return None


def _store(take: Take, signal: Signal, body: bytes) -> bool:
    try:
        _, commit = take(signal, body)
        if commit is not None:
            commit.result(_COMMIT_WITHIN)
    except (Refused, TimeoutError) as error:
        log.warning("own telemetry not stored", reason=getattr(error, "reason", "slow"))
        return False
    return True
