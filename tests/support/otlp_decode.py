"""OTLP decoded a second way: by the official parser and proto3 JSON, in pure Python. What the store holds must equal it.

Rows compare as the store's: maps of texts, maps of the types of what is no string, times in nanoseconds.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

REQUESTS: dict[str, Any] = {
    "traces": ExportTraceServiceRequest,
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
}
_TYPES = {"boolValue": 2, "intValue": 3, "doubleValue": 4, "arrayValue": 5, "kvlistValue": 6, "bytesValue": 7}
_IDS = ("traceId", "spanId", "parentSpanId")
_NO_TRACE, _NO_SPAN = "0" * 32, "0" * 16


def from_protobuf(signal: str, body: bytes) -> list[dict[str, Any]]:
    return rows(signal, json_format.MessageToDict(REQUESTS[signal].FromString(body), use_integers_for_enums=True), hex_ids=False)


def from_json(signal: str, body: bytes) -> list[dict[str, Any]]:
    return rows(signal, json.loads(body), hex_ids=True)


def rows(signal: str, document: Any, *, hex_ids: bool) -> list[dict[str, Any]]:
    """Spans, log records or data points of a request as proto3 JSON has it (ids base64) or OTLP/JSON (hex)."""
    group_name, scope_name, record_name, make = {
        "traces": ("resourceSpans", "scopeSpans", "spans", _span),
        "logs": ("resourceLogs", "scopeLogs", "logRecords", _log),
        "metrics": ("resourceMetrics", "scopeMetrics", "metrics", _points),
    }[signal]
    found: list[dict[str, Any]] = []
    for group in document.get(group_name, []):
        for scope in group.get(scope_name, []):
            common = _shared(group, scope)
            for record in scope.get(record_name, []):
                found += [row | common for row in make(record, hex_ids)]
    return found


def _shared(group: Any, scope: Any) -> dict[str, Any]:
    inner = scope.get("scope", {})
    resource = group.get("resource", {}).get("attributes", [])
    return {
        "resource_attributes": texts(resource), "resource_attribute_types": types(resource),
        "resource_schema_url": group.get("schemaUrl", ""), "scope_schema_url": scope.get("schemaUrl", ""),
        "scope_name": inner.get("name", ""), "scope_version": inner.get("version", ""),
        "scope_attributes": texts(inner.get("attributes", [])), "scope_attribute_types": types(inner.get("attributes", [])),
    }  # fmt: skip


def texts(pairs: Any) -> dict[str, Any]:
    """Doubles stay numbers: their text may be written in more than one way."""
    return {pair.get("key", ""): text(pair.get("value", {})) for pair in pairs}


def types(pairs: Any) -> dict[str, int]:
    found = {pair.get("key", ""): type_of(pair.get("value", {})) for pair in pairs}
    return {key: tag for key, tag in found.items() if tag != 1}


def type_of(value: Any) -> int:
    if "stringValue" in value:
        return 1
    return next((tag for name, tag in _TYPES.items() if name in value), 0)


def text(value: Any) -> Any:
    for name, found in value.items():
        if name == "boolValue":
            return "true" if found else "false"
        if name == "intValue":
            return str(int(found))
        if name == "doubleValue":
            return float(found)
        if name in ("arrayValue", "kvlistValue"):
            return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if name in ("stringValue", "bytesValue"):
            return found
    return ""


def plain(value: Any) -> Any:
    for name, found in value.items():
        if name == "arrayValue":
            return [plain(each) for each in found.get("values", [])]
        if name == "kvlistValue":
            return {pair.get("key", ""): plain(pair.get("value", {})) for pair in found.get("values", [])}
        if name == "intValue":
            return int(found)
        if name == "doubleValue":
            return found if isinstance(found, str) and found in ("NaN", "Infinity", "-Infinity") else float(found)
        return found
    return None


def _id(record: Any, name: str, none: str, hex_ids: bool) -> str:
    found = record.get(name, "")
    return (found.lower() if hex_ids else base64.b64decode(found).hex()) or none


def _int(record: Any, name: str) -> int:
    return int(record.get(name, 0))


def _span(span: Any, hex_ids: bool) -> list[dict[str, Any]]:
    start, end = _int(span, "startTimeUnixNano"), _int(span, "endTimeUnixNano")
    attributes, status = span.get("attributes", []), span.get("status", {})
    return [{
        "trace_id": _id(span, "traceId", "", hex_ids), "span_id": _id(span, "spanId", "", hex_ids),
        "parent_span_id": _id(span, "parentSpanId", _NO_SPAN, hex_ids), "name": span.get("name", ""), "kind": _int(span, "kind"),
        "start": start, "end": max(start, end), "status": _int(status, "code"), "status_message": status.get("message", ""),
        "attributes": texts(attributes), "attribute_types": types(attributes), "trace_state": span.get("traceState", ""),
        "flags": _int(span, "flags"), "dropped_attributes": _int(span, "droppedAttributesCount"),
        "events": [
            [_int(e, "timeUnixNano"), e.get("name", ""), texts(e.get("attributes", [])), types(e.get("attributes", []))]
            for e in span.get("events", [])
        ],
        "links": [
            [_id(k, "traceId", "", hex_ids), _id(k, "spanId", "", hex_ids), texts(k.get("attributes", [])), types(k.get("attributes", []))]
            for k in span.get("links", [])
        ],
    }]  # fmt: skip


def _log(record: Any, hex_ids: bool) -> list[dict[str, Any]]:
    attributes, body = record.get("attributes", []), record.get("body", {})
    observed = _int(record, "observedTimeUnixNano")
    return [{
        "time": _int(record, "timeUnixNano") or observed, "observed": observed, "severity": _int(record, "severityNumber"),
        "severity_text": record.get("severityText", ""), "body": text(body), "body_type": type_of(body),
        "event_name": record.get("eventName", ""), "flags": _int(record, "flags"),
        "trace_id": _id(record, "traceId", _NO_TRACE, hex_ids), "span_id": _id(record, "spanId", _NO_SPAN, hex_ids),
        "attributes": texts(attributes), "attribute_types": types(attributes),
        "dropped_attributes": _int(record, "droppedAttributesCount"),
    }]  # fmt: skip


_KINDS = {
    "gauge": "gauge", "sum": "sum", "histogram": "histogram", "exponentialHistogram": "exponential_histogram", "summary": "summary",
}  # fmt: skip


def _points(metric: Any, hex_ids: bool) -> list[dict[str, Any]]:
    name, data = next(((name, metric[name]) for name in _KINDS if name in metric), ("", {}))
    common = {
        "metric": metric.get("name", ""), "kind": _KINDS.get(name, ""), "unit": metric.get("unit", ""),
        "description": metric.get("description", ""), "temporality": _int(data, "aggregationTemporality"),
        "monotonic": data.get("isMonotonic", False), "metadata": texts(metric.get("metadata", [])),
    }  # fmt: skip
    return [common | _point(point, hex_ids) for point in data.get("dataPoints", [])]


def _point(point: Any, hex_ids: bool) -> dict[str, Any]:
    attributes = point.get("attributes", [])
    positive, negative = point.get("positive", {}), point.get("negative", {})
    return {
        "time": _int(point, "timeUnixNano"), "start": _int(point, "startTimeUnixNano"),
        "value": _number(point), "value_type": 3 if "asInt" in point else 4 if "asDouble" in point else 0,
        "int_value": _int(point, "asInt"), "count": _int(point, "count"), "flags": _int(point, "flags"),
        "sum": _optional(point, "sum", 0.0 if "quantileValues" in point else None),
        "min": _optional(point, "min"), "max": _optional(point, "max"),
        "bucket_counts": [int(n) for n in point.get("bucketCounts", [])],
        "explicit_bounds": [float(n) for n in point.get("explicitBounds", [])],
        "scale": _int(point, "scale"), "zero_count": _int(point, "zeroCount"), "zero_threshold": float(point.get("zeroThreshold", 0)),
        "positive_offset": _int(positive, "offset"), "positive_counts": [int(n) for n in positive.get("bucketCounts", [])],
        "negative_offset": _int(negative, "offset"), "negative_counts": [int(n) for n in negative.get("bucketCounts", [])],
        "quantiles": [[float(q.get("quantile", 0)), float(q.get("value", 0))] for q in point.get("quantileValues", [])],
        "exemplars": [
            [_int(e, "timeUnixNano"), _number(e), _id(e, "traceId", "", hex_ids), _id(e, "spanId", "", hex_ids),
             texts(e.get("filteredAttributes", [])), types(e.get("filteredAttributes", []))]
            for e in point.get("exemplars", [])
        ],
        "attributes": texts(attributes), "attribute_types": types(attributes),
    }  # fmt: skip


def _number(point: Any) -> float:
    return float(int(point["asInt"])) if "asInt" in point else float(point.get("asDouble", 0))


def _optional(point: Any, name: str, default: float | None = None) -> float | None:
    return float(point[name]) if name in point else default
