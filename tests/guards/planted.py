"""Bodies for every door that carry a patient: in named attributes, at any depth, and in free text. All of them are accepted."""

from __future__ import annotations

import gzip
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

KEYED = "PLANTED-7391"  # the value of a patient's attribute
NUMBER = "0073918264"  # in free text, after a word that announces it
TEXT = f"claim of patient id {NUMBER} refused, MRN: {NUMBER}"
MARKERS = (KEYED, NUMBER)
PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}
_EDI = (
    "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*HOSPITAL       *261119*1500*U*00401*{control:09}*0*P*>~"
    "GS*AG*SUPPLIER*HOSPITAL*20261119*1500*{control}*X*004010~ST*824*0001~BGN*11*ADV-1*20261119*1100~"
    f"OTI*TR*PO*4500012345****20261119*1100*5*0001*850~TED*812*{TEXT}~NTE**{TEXT}~N1*QC*{KEYED}~SE*7*0001~"
    "GE*1*{control}~IEA*1*{control:09}~"
)


@dataclass(frozen=True)
class Planted:
    """One request, different each time it is made."""

    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def attributes(owner: Any) -> None:
    owner.attributes.add(key="interface.id").value.string_value = "edi-810-in"
    owner.attributes.add(key="patient.mrn").value.string_value = KEYED
    owner.attributes.add(key="note").value.string_value = f"{TEXT} {uuid.uuid4().hex}"
    tree = owner.attributes.add(key="context").value.kvlist_value
    tree.values.add(key="patient.name").value.string_value = KEYED
    tree.values.add(key="list").value.array_value.values.add().string_value = TEXT


def traces() -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    attributes(group.resource)
    scope = group.scope_spans.add()
    attributes(scope.scope)
    trace, number = uuid.uuid4().bytes, uuid.uuid4().bytes[:8]
    span = scope.spans.add(trace_id=trace, span_id=number, name="match invoice", kind=2)
    span.start_time_unix_nano = span.end_time_unix_nano = time.time_ns()
    span.status.code, span.status.message = 2, TEXT  # type: ignore[assignment]
    attributes(span)
    attributes(span.events.add(name=TEXT, time_unix_nano=time.time_ns()))
    attributes(span.links.add(trace_id=trace, span_id=number))
    return request


def logs() -> ExportLogsServiceRequest:
    request = ExportLogsServiceRequest()
    group = request.resource_logs.add()
    attributes(group.resource)
    scope = group.scope_logs.add()
    attributes(scope.scope)
    record = scope.log_records.add(time_unix_nano=time.time_ns(), severity_text="ERROR")
    attributes(record)
    record.body.string_value = TEXT
    structured = scope.log_records.add(time_unix_nano=time.time_ns(), severity_number=17)
    structured.body.kvlist_value.values.add(key="patient.name").value.string_value = KEYED
    return request


def metrics() -> ExportMetricsServiceRequest:
    request = ExportMetricsServiceRequest()
    group = request.resource_metrics.add()
    attributes(group.resource)
    scope = group.scope_metrics.add()
    attributes(scope.scope)
    for kind in ("gauge", "sum", "histogram", "exponential_histogram", "summary"):
        point = getattr(scope.metrics.add(name=f"claims.{kind}"), kind).data_points.add(time_unix_nano=time.time_ns())
        attributes(point)
    return request


def every_door() -> Iterator[Planted]:
    for signal, make in (("traces", traces), ("logs", logs), ("metrics", metrics)):
        path = f"/v1/{signal}"
        yield Planted(path, make().SerializeToString(), PROTOBUF)  # type: ignore[operator]
        yield Planted(path, gzip.compress(make().SerializeToString()), PROTOBUF | {"Content-Encoding": "gzip"})  # type: ignore[operator]
        yield Planted(path, _otlp_json(make()), JSON)  # type: ignore[operator]
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    run = {"job": "price-load", "run_id": uuid.uuid4().hex, "status": "partial", "finished": now, "message": TEXT}
    yield Planted("/v1/batches", _json(run | {"rejects": [{"line": 3, "message": TEXT, "item_id": "40-2217"}]}), JSON)
    yield Planted(f"/ping/price-load/fail?rid={uuid.uuid4()}", TEXT.encode(), {"Content-Type": "text/plain"})
    yield Planted(f"/ping/price-load/log?rid={uuid.uuid4()}", TEXT.encode(), {"Content-Type": "text/plain"})
    yield Planted("/v1/batches/junit?job=price-load", junit().encode(), {"Content-Type": "application/xml"})
    yield Planted("/v1/batches/dbt?job=price-load", _json(_dbt(now)), JSON)
    data: dict[str, Any] = {"flow": "purchase_order", "key": "4500012345", "milestone": "created"}
    carried = {"patient.mrn": KEYED, "note": TEXT, "context": json.dumps({"patient.name": KEYED})}
    yield _event("supplyscope.milestone", data | {"attributes": carried}, now)
    yield _event("supplyscope.failure", {"interface_id": "edi-810-in", "message": TEXT}, now)
    yield Planted("/v1/edi", _EDI.format(control=uuid.uuid4().int % 10**9).encode(), {"Content-Type": "application/edi-x12"})


def junit() -> str:
    case = f'<testcase classname="t" name="a"><failure message="{TEXT}">{TEXT}</failure></testcase>'
    return f'<testsuite name="{uuid.uuid4().hex}" tests="1" failures="1">{case}</testsuite>'


def _dbt(now: str) -> dict[str, Any]:
    result = {"status": "error", "timing": [], "thread_id": "t", "execution_time": 1.0, "adapter_response": {}, "message": TEXT,
              "failures": 1, "unique_id": "model.a.b"}  # fmt: skip
    schema = "https://schemas.getdbt.com/dbt/run-results/v4.json"
    metadata = {"dbt_schema_version": schema, "generated_at": now, "invocation_id": uuid.uuid4().hex}
    return {"metadata": metadata, "results": [result], "elapsed_time": 2.0, "args": {}}


def _event(kind: str, data: dict[str, Any], now: str) -> Planted:
    event = {"specversion": "1.0", "id": uuid.uuid4().hex, "source": "/claims", "type": kind, "time": now, "data": data}
    return Planted("/v1/events", _json(event), {"Content-Type": "application/cloudevents+json"})


def _otlp_json(request: Any) -> bytes:
    """Ids as hexadecimal, as OTLP's JSON has them."""
    document = MessageToDict(request, use_integers_for_enums=True)
    for group in document.get("resourceSpans", ()):
        for span in (span for scope in group["scopeSpans"] for span in scope["spans"]):
            for owner in (span, *span.get("links", ())):
                owner |= {"traceId": uuid.uuid4().hex, "spanId": uuid.uuid4().hex[:16]}
    return _json(document)


def _json(document: object) -> bytes:
    return json.dumps(document).encode()
