"""Real clients: the OpenTelemetry SDKs of Python and Node, over HTTP and gRPC."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetrics
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode

from store.query import Query
from store.store import Store
from tests.support.otlp_stored import stored

_NODE = Path(__file__).resolve().parents[2] / "clients" / "node"


def python_client(spans: Any, logs: Any, metrics: Any) -> None:
    resource = Resource.create({"service.name": "erp", "tags": ["a", "b"]})
    tracing = TracerProvider(resource=resource, shutdown_on_exit=False)
    tracing.add_span_processor(BatchSpanProcessor(spans))
    logging = LoggerProvider(resource=resource, shutdown_on_exit=False)
    logging.add_log_record_processor(BatchLogRecordProcessor(logs))
    reader = PeriodicExportingMetricReader(metrics, export_interval_millis=600_000)
    metering = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
    tracer = tracing.get_tracer("test", "1.2")
    with (
        tracer.start_as_current_span(
            "outer", kind=SpanKind.SERVER, attributes={"n": 7, "ratio": 0.25, "ok": False, "lines": [1, 2]}
        ),
        tracer.start_as_current_span("inner") as inner,
    ):
        inner.record_exception(ValueError("No mapping for item 40-1"))
        inner.set_status(StatusCode.ERROR, "refused")
        record = {"body": {"order": "4500012345", "lines": [1, None]}, "severity_text": "WARN", "attributes": {"n": 1}}
        logging.get_logger("test").emit(**record)
    metering.get_meter("test").create_counter("orders", unit="{order}").add(3, {"facility": "H07"})
    metering.get_meter("test").create_histogram("size", unit="By").record(12.5)
    for provider in (tracing, logging, metering):
        provider.shutdown()


def assert_arrived(store: Store) -> None:
    spans = {row["name"]: row for row in stored(store, "traces")}
    assert set(spans) == {"outer", "inner"}
    outer, inner = spans["outer"], spans["inner"]
    assert (outer["kind"], inner["parent_span_id"], inner["trace_id"]) == (2, outer["span_id"], outer["trace_id"])
    assert (inner["status"], inner["status_message"], inner["events"][0][1]) == (2, "refused", "exception")
    assert outer["attributes"] == {"n": "7", "ratio": 0.25, "ok": "false", "lines": "[1,2]"}
    assert outer["attribute_types"] == {"n": 3, "ratio": 4, "ok": 2, "lines": 5}
    assert outer["resource_attributes"]["tags"] == '["a","b"]'
    assert (outer["scope_name"], outer["scope_version"]) == ("test", "1.2")
    (log,) = stored(store, "logs")
    assert (json.loads(log["body"]), log["body_type"]) == ({"order": "4500012345", "lines": [1, None]}, 6)
    assert (log["severity_text"], log["attributes"], log["attribute_types"]) == ("WARN", {"n": "1"}, {"n": 3})
    points = {row["metric"]: row for row in stored(store, "metrics")}
    assert (points["orders"]["value"], points["orders"]["monotonic"], points["orders"]["attributes"]) == (
        3,
        True,
        {"facility": "H07"},
    )
    assert (points["size"]["kind"], points["size"]["count"], points["size"]["sum"]) == ("histogram", 1, 12.5)


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip], ids=["plain", "gzip"])
def test_python_over_http(compression: Compression, url: str, store: Store) -> None:
    python_client(
        OTLPSpanExporter(f"{url}/v1/traces", compression=compression),
        OTLPLogExporter(f"{url}/v1/logs", compression=compression),
        OTLPMetricExporter(f"{url}/v1/metrics", compression=compression),
    )
    assert_arrived(store)


def test_python_over_grpc(grpc_address: str, store: Store) -> None:
    options: dict[str, Any] = {"endpoint": f"http://{grpc_address}", "insecure": True}
    python_client(GrpcSpans(**options), GrpcLogs(**options), GrpcMetrics(**options))
    assert_arrived(store)


@pytest.fixture(scope="session")
def node_packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The locked packages, installed once a run; kept in SUPPLYSCOPE_NODE_PACKAGES when that is set."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed; apt-get install nodejs npm")
    kept = os.environ.get("SUPPLYSCOPE_NODE_PACKAGES")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_NODE / name, folder)
    if not (folder / "node_modules").is_dir():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240)
        if done.returncode:
            pytest.skip(f"npm cannot install the client's packages here: {done.stderr.strip()[-300:]}")
    yield folder


@pytest.mark.parametrize("transport", ["json", "proto", "grpc"])
def test_node(transport: str, node_packages: Path, url: str, grpc_address: str, store: Store) -> None:
    endpoint = f"http://{grpc_address}" if transport == "grpc" else url
    environment = os.environ | {"SUPPLYSCOPE_NODE_PACKAGES": str(node_packages), "OTEL_LOG_LEVEL": "error"}
    done = subprocess.run(
        ["node", str(_NODE / "client.mjs"), transport, endpoint], env=environment, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert_arrived(store)
    assert store.value(Query("test/interfaces", "SELECT DISTINCT interface_id FROM logs")) == "erp-price-load"
