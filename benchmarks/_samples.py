"""A valid body for every door, and how many rows its acknowledgement promises."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import _bodies
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest, ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse

Stored = Callable[[bytes, bytes, str], int]
NOW = "2026-11-19T15:00:00Z"
EDI = (
    "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*HOSPITAL       *261119*1500*U*00401*{control:09}*0*P*>~"
    "GS*PR*SUPPLIER*HOSPITAL*20261119*1500*{control}*X*004010~ST*855*0001~BAK*00*AD*4500012345*20261119~"
    "PO1*1*10*EA*12.50**VP*40-2217~ACK*IA*10*EA~CTT*1~SE*6*0001~GE*1*{control}~IEA*1*{control:09}~"
)


@dataclass(frozen=True)
class Door:
    """`body` makes a valid body, different each time. `stored`: rows that (body, answer, content type) promise; None is not said."""

    path: str
    body: Callable[[], bytes]
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    stored: Stored | None = None


def doors(spans: _bodies.Template, logs: _bodies.Template, points: _bodies.Template) -> tuple[Door, ...]:
    protobuf, plain = {"Content-Type": "application/x-protobuf"}, {"Content-Type": "application/json"}
    events = {"Content-Type": "application/cloudevents+json"}
    binary = {
        "Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/clm", "ce-type": "supplyscope.milestone", "ce-time": NOW,
    }  # fmt: skip
    return (
        Door("/v1/traces", spans.fresh, protobuf, stored=_spans),
        Door("/v1/logs", logs.fresh, protobuf, stored=_logs),
        Door("/v1/metrics", points.fresh, protobuf, stored=_points),
        Door("/v1/traces", _bodies.as_json(spans), plain),
        Door("/v1/queues", lambda: _json([_queue()]), plain),
        Door("/v1/batches", lambda: _json(_run()), plain),
        Door("/v1/events", lambda: _json(_event()), events),
        Door("/v1/events", lambda: _json([_event(), _event()]), {"Content-Type": "application/cloudevents-batch+json"}),
        Door("/v1/events", lambda: _json(_event()["data"]), binary),
        Door("/v1/edi", lambda: EDI.format(control=uuid.uuid4().int % 10**9).encode(), {"Content-Type": "application/edi-x12"}),
        Door("/ping/price-load/start", lambda: b"started", {"Content-Type": "text/plain"}),
        Door("/ping/price-load/7", lambda: b"exit 7", {"Content-Type": "text/plain"}),
        Door("/v1/batches/junit?job=price-load", lambda: _junit(), {"Content-Type": "application/xml"}),
        Door("/v1/batches/dbt?job=price-load", lambda: _json(_dbt()), plain),
    )


def _queue() -> dict[str, object]:
    return {"queue": "q", "time": NOW, "depth": uuid.uuid4().int % 1000, "oldest_age_seconds": 1.5}


def _run() -> dict[str, object]:
    rejects = [{"line": 3, "message": "No mapping for item 40-2217", "item_id": "40-2217"}]
    return {"job": "price-load", "run_id": uuid.uuid4().hex, "status": "partial", "finished": NOW, "rejects": rejects}


def _event() -> dict[str, object]:
    data = {"flow": "contract_activation", "key": f"MS-{uuid.uuid4().hex[:6]}", "milestone": "executed", "facility_id": "H07"}
    return {
        "specversion": "1.0",
        "id": uuid.uuid4().hex,
        "source": "/clm",
        "type": "supplyscope.milestone",
        "time": NOW,
        "data": data,
    }


def _junit() -> bytes:
    case = '<testcase classname="t" name="a"><failure message="m">x</failure></testcase>'
    return f'<testsuite name="{uuid.uuid4().hex}" tests="1" failures="1">{case}</testsuite>'.encode()


def _dbt() -> dict[str, object]:
    result = {
        "status": "success", "timing": [], "thread_id": "t", "execution_time": 1.0, "adapter_response": {}, "message": "ok", "failures": None,
        "unique_id": "model.a.b",
    }  # fmt: skip
    schema = "https://schemas.getdbt.com/dbt/run-results/v4.json"
    metadata = {"dbt_schema_version": schema, "generated_at": NOW, "invocation_id": uuid.uuid4().hex}
    return {"metadata": metadata, "results": [result], "elapsed_time": 2.0, "args": {}}


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _spans(body: bytes, answer: bytes, _: str) -> int:
    request = ExportTraceServiceRequest.FromString(body)
    sent = sum(len(scope.spans) for group in request.resource_spans for scope in group.scope_spans)
    return sent - int(ExportTraceServiceResponse.FromString(answer).partial_success.rejected_spans)


def _logs(body: bytes, answer: bytes, _: str) -> int:
    request = ExportLogsServiceRequest.FromString(body)
    sent = sum(len(scope.log_records) for group in request.resource_logs for scope in group.scope_logs)
    return sent - int(ExportLogsServiceResponse.FromString(answer).partial_success.rejected_log_records)


def _points(body: bytes, answer: bytes, _: str) -> int:
    request = ExportMetricsServiceRequest.FromString(body)
    metrics = [metric for group in request.resource_metrics for scope in group.scope_metrics for metric in scope.metrics]
    kinds = ("gauge", "sum", "histogram", "exponential_histogram", "summary")
    sent = sum(len(getattr(metric, kind).data_points) for metric in metrics for kind in kinds if metric.HasField(kind))
    return sent - int(ExportMetricsServiceResponse.FromString(answer).partial_success.rejected_data_points)
