"""Request bodies whose ids, keys and times are new in every copy, made by patching a template: the generator must cost little."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_NAMES = ("post purchase order", "check budget", "validate supplier", "load price", "acknowledge order")
_INTERFACES = ("po-to-erp", "budget-check", "supplier-validation", "erp-price-load", "edi-855-in")


# Spans of a trace in one request, as an interface sends them: the steps of one purchase order under one correlation id.
SPANS_OF_TRACE = 8


@dataclass(frozen=True)
class _Places:
    """Where new characters go: position → number of the new character it takes, of `size` in all. One value may lie at several places."""

    positions: np.ndarray
    origins: np.ndarray
    size: int


@dataclass(frozen=True)
class Template:
    """`fresh()` is a new body of `records` records; no two are alike."""

    image: np.ndarray
    binary: _Places  # that take any byte
    hexadecimal: _Places  # that take a hex digit
    times: np.ndarray  # (n, 8) positions of little-endian nanoseconds
    records: int
    generator: np.random.Generator

    def fresh(self) -> bytes:
        image = self.image.copy()
        image[self.binary.positions] = self.generator.integers(0, 256, self.binary.size, dtype=np.uint8)[self.binary.origins]
        digits = _HEX[self.generator.integers(0, 16, self.hexadecimal.size, dtype=np.uint8)]
        image[self.hexadecimal.positions] = digits[self.hexadecimal.origins]
        now = np.frombuffer(int(time.time_ns()).to_bytes(8, "little"), dtype=np.uint8)
        image[self.times] = now
        return image.tobytes()


def spans(count: int, seed: int) -> Template:
    """Spans with ten attributes besides two of their resource: registered keys, HTTP attributes, one number; eight to a trace."""
    request = ExportTraceServiceRequest()
    marks = _Marks(seed)
    resource = request.resource_spans.add()
    _text(resource.resource.attributes, {"service.name": "erp-gateway", "deployment.environment.name": "bench"})
    group = resource.scope_spans.add()
    group.scope.name = "bench"
    for number in range(count):
        if number % SPANS_OF_TRACE == 0:
            trace_id, keys, parent = marks.binary(16), _keys(number, marks), b""
        span = group.spans.add(trace_id=trace_id, span_id=marks.binary(8), name=_NAMES[number % 5], kind=2)
        span.parent_span_id, parent = parent, parent or span.span_id
        span.start_time_unix_nano = span.end_time_unix_nano = marks.time()
        if number % 50 == 49:
            span.status.code, span.status.message = 2, f"No mapping for item 40-{number:04} at H07"
        _text(
            span.attributes,
            keys | {"http.request.method": "POST", "url.path": "/orders", "server.address": "erp"},
        )
        span.attributes.add(key="http.response.status_code").value.int_value = 200
    return marks.template(request.SerializeToString(), count)


def logs(count: int, seed: int) -> Template:
    request = ExportLogsServiceRequest()
    marks = _Marks(seed)
    resource = request.resource_logs.add()
    _text(resource.resource.attributes, {"service.name": "erp-gateway"})
    records = resource.scope_logs.add().log_records
    for number in range(count):
        record = records.add(trace_id=marks.binary(16), span_id=marks.binary(8), severity_number=9, severity_text="INFO")
        record.time_unix_nano = record.observed_time_unix_nano = marks.time()
        record.body.string_value = f"order line {number} posted in company 100"
        _text(record.attributes, _keys(number, marks))
    return marks.template(request.SerializeToString(), count)


def points(count: int, seed: int) -> Template:
    request = ExportMetricsServiceRequest()
    marks = _Marks(seed)
    resource = request.resource_metrics.add()
    _text(resource.resource.attributes, {"service.name": "erp-gateway"})
    metric = resource.scope_metrics.add().metrics.add(name="rabbitmq.message.current", unit="{messages}")
    metric.sum.aggregation_temporality = 2
    for number in range(count):
        point = metric.sum.data_points.add(as_int=number)
        point.start_time_unix_nano = point.time_unix_nano = marks.time()
        _text(point.attributes, {"state": "ready", "queue": f"q{number}", "host": marks.hexadecimal(16)})
    return marks.template(request.SerializeToString(), count)


def as_json(template: Template) -> Callable[[], bytes]:
    """The same spans in OTLP/JSON."""

    def fresh() -> bytes:
        request = ExportTraceServiceRequest.FromString(template.fresh())
        return json.dumps({"resourceSpans": [_resource(group) for group in request.resource_spans]}).encode()

    return fresh


def _resource(group) -> dict[str, object]:  # type: ignore[no-untyped-def]
    scopes = [
        {"scope": {"name": scope.scope.name}, "spans": [_span(span) for span in scope.spans]} for scope in group.scope_spans
    ]
    return {"resource": {"attributes": _pairs(group.resource.attributes)}, "scopeSpans": scopes}


def _span(span) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {
        "traceId": span.trace_id.hex(), "spanId": span.span_id.hex(), "name": span.name, "kind": span.kind,
        "startTimeUnixNano": str(span.start_time_unix_nano), "endTimeUnixNano": str(span.end_time_unix_nano),
        "attributes": _pairs(span.attributes), "status": {"code": span.status.code, "message": span.status.message},
    }  # fmt: skip


def _pairs(attributes) -> list[dict[str, object]]:  # type: ignore[no-untyped-def]
    found: list[dict[str, object]] = []
    for pair in attributes:
        kind = pair.value.WhichOneof("value")
        value: object = (
            {"stringValue": pair.value.string_value} if kind == "string_value" else {"intValue": str(pair.value.int_value)}
        )
        found.append({"key": pair.key, "value": value})
    return found


def _keys(number: int, marks: _Marks) -> dict[str, str]:
    return {
        "interface.id": _INTERFACES[number % 5],
        "facility.id": f"H{number % 12 + 1:02}",
        "purchase_order.id": marks.hexadecimal(12),
        "correlation.id": marks.hexadecimal(16),
        "supplier.id": f"S-{number % 40:03}",
        "item.id": f"40-{number % 900:04}",
    }


def _text(attributes, values: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    for key, value in values.items():
        attributes.add(key=key).value.string_value = value


class _Marks:
    """Hands out unique values and finds them again in the serialised message."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)
        self._binary: list[bytes] = []
        self._hexadecimal: list[bytes] = []
        self._time = time.time_ns()

    def binary(self, size: int) -> bytes:
        value = self._generator.bytes(size)
        self._binary.append(value)
        return value

    def hexadecimal(self, size: int) -> str:
        value = bytes(_HEX[self._generator.integers(0, 16, size)]).decode()
        self._hexadecimal.append(value.encode())
        return value

    def time(self) -> int:
        return self._time

    def template(self, body: bytes, records: int) -> Template:
        found = np.frombuffer(body, dtype=np.uint8)
        return Template(
            found,
            _positions(body, self._binary),
            _positions(body, self._hexadecimal),
            _every(body, self._time.to_bytes(8, "little")),
            records,
            self._generator,
        )


def _positions(body: bytes, values: list[bytes]) -> _Places:
    """Every position of each value, wherever it is repeated."""
    spots: list[int] = []
    origins: list[int] = []
    size = 0
    for value in values:
        at = body.index(value)
        while at >= 0:
            spots.extend(range(at, at + len(value)))
            origins.extend(range(size, size + len(value)))
            at = body.find(value, at + len(value))
        size += len(value)
    return _Places(np.asarray(spots, dtype=np.int64), np.asarray(origins, dtype=np.int64), size)


def _every(body: bytes, value: bytes) -> np.ndarray:
    spots, at = [], body.find(value)
    while at >= 0:
        spots.append(range(at, at + len(value)))
        at = body.find(value, at + len(value))
    return np.asarray(spots, dtype=np.int64).reshape(-1, 8)
