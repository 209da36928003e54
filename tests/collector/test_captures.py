"""Bodies captured from real exporters, and a real exporter: stored spans equal an independent decode."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode

from store.query import Query
from store.store import Store

STORED = Query(
    "test/stored",
    """SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, lower(hex(parent_span_id)) AS parent, name, kind, status,
       status_message, service, toUnixTimestamp64Nano(start) AS started, toUnixTimestamp64Nano(end) AS ended, attributes,
       length(events) AS events FROM spans ORDER BY span""",
)
# Array, key-value list and bytes values are not kept as text.
SCALARS = {"string_value", "bool_value", "int_value", "double_value"}


def decoded(body: bytes) -> list[dict[str, Any]]:
    rows = []
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        base = texts(resource.resource.attributes)
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            attributes = base | texts(span.attributes)
            rows.append({
                "trace": span.trace_id.hex(), "span": span.span_id.hex(), "parent": span.parent_span_id.hex() or "0" * 16,
                "name": span.name, "kind": span.kind, "status": span.status.code, "status_message": span.status.message,
                "service": attributes.get("service.name", ""), "started": span.start_time_unix_nano,
                "ended": max(span.end_time_unix_nano, span.start_time_unix_nano), "attributes": attributes,
                "events": len(span.events),
            })  # fmt: skip
    return sorted(rows, key=lambda row: row["span"])


def texts(pairs: Any) -> dict[str, str]:
    return {pair.key: text(pair.value) for pair in pairs}


def text(value: Any) -> str:
    kind = value.WhichOneof("value")
    if kind not in SCALARS:
        return ""
    found = getattr(value, kind)
    if isinstance(found, bool):
        return "true" if found else "false"
    return f"{found:.0f}" if isinstance(found, float) and found.is_integer() else str(found)


@pytest.mark.parametrize("number", ["014", "022", "040"])
def test_captured_bodies(number: str, shared_data: Path, client: httpx.Client, store: Store) -> None:
    capture = next(path for path in (shared_data / "otlp_captures").glob(f"{number}_http_v1_traces_*") if ".pb" in path.suffixes)
    headers = {"Content-Type": "application/x-protobuf"}
    sent = capture.read_bytes()
    if capture.suffix == ".gz":
        headers["Content-Encoding"] = "gzip"
    assert client.post("/v1/traces", content=sent, headers=headers).status_code == 200
    assert store.records(STORED) == decoded(gzip.decompress(sent) if capture.suffix == ".gz" else sent)


@pytest.mark.parametrize("compression", list(Compression))
def test_the_opentelemetry_sdk(compression: Compression, url: str, store: Store) -> None:
    provider = TracerProvider(resource=Resource.create({"service.name": "erp", "replicas": 2}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{url}/v1/traces", compression=compression)))
    tracer = provider.get_tracer("test")
    with (
        tracer.start_as_current_span(
            "outer", kind=SpanKind.SERVER, attributes={"contract.id": "MS-1", "n": 7, "ok": True}
        ) as outer,
        tracer.start_as_current_span("inner", attributes={"ratio": 0.25}) as inner,
    ):
        inner.record_exception(ValueError("No mapping for item 40-1"))
        inner.set_status(StatusCode.ERROR, "refused")
    provider.shutdown()
    rows = {row["name"]: row for row in store.records(STORED)}
    assert set(rows) == {"outer", "inner"}
    assert rows["outer"]["trace"] == f"{outer.get_span_context().trace_id:032x}"
    assert rows["inner"]["parent"] == rows["outer"]["span"] == f"{outer.get_span_context().span_id:016x}"
    assert rows["outer"]["kind"] == 2  # SERVER in the wire's numbering
    assert (rows["inner"]["status"], rows["inner"]["status_message"], rows["inner"]["events"]) == (2, "refused", 1)
    assert rows["inner"]["attributes"]["ratio"] == "0.25"
    expected = {"contract.id": "MS-1", "n": "7", "ok": "true", "replicas": "2", "service.name": "erp"}
    assert expected.items() <= rows["outer"]["attributes"].items()
