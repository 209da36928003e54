"""The three OTLP signals: the messages of each, and what its parts are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

from domain.intake import Signal


@dataclass(frozen=True, slots=True)
class Form:
    """Of one signal. `groups`, `scopes`, `records`: names of the repeated fields from the request down.

    `rejected` is the field of the answer's partial_success, `noun` what a record is called, `method` the gRPC method's path.
    """

    request: Any
    response: Any
    groups: str
    scopes: str
    records: str
    rejected: str
    noun: str
    method: str

    def scopes_of(self, message: Any) -> Iterator[Any]:
        """Every scope group of a request, in order."""
        for group in getattr(message, self.groups):
            yield from getattr(group, self.scopes)


FORMS: Mapping[Signal, Form] = {
    Signal.TRACES: Form(
        traces.ExportTraceServiceRequest,
        traces.ExportTraceServiceResponse,
        "resource_spans", "scope_spans", "spans", "rejected_spans", "span",
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    ),
    Signal.LOGS: Form(
        logs.ExportLogsServiceRequest,
        logs.ExportLogsServiceResponse,
        "resource_logs", "scope_logs", "log_records", "rejected_log_records", "log record",
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    ),
    Signal.METRICS: Form(
        metrics.ExportMetricsServiceRequest,
        metrics.ExportMetricsServiceResponse,
        "resource_metrics", "scope_metrics", "metrics", "rejected_data_points", "data point",
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    ),
}  # fmt: skip
