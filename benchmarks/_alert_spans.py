"""Bytes that open, end and breach, as OTLP requests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_HOUR = 3600 * 10**9


def refused(numbers: Iterable[int]) -> bytes:
    """The price load of contract K-n fails."""
    return _request([({"contract.id": f"K-{n}"}, f"no mapping for contract K-{n}", 0) for n in numbers])


def loaded(numbers: Iterable[int]) -> bytes:
    """The price load of contract K-n succeeds."""
    return _request([({"contract.id": f"K-{n}"}, "", 0) for n in numbers])


def executed(number: int) -> bytes:
    """Contract B-n was executed longer ago than its price may take: a breach from the moment this is known."""
    milestone = {"contract.id": f"B-{number}", "flow.name": "activation", "milestone.name": "executed"}
    return _request([(milestone, "", 2 * _HOUR + 60 * 10**9)])


def _request(spans: list[tuple[dict[str, str], str, int]]) -> bytes:
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "erp"
    group, now = resource.scope_spans.add().spans, time.time_ns()
    for attributes, error, ago in spans:
        span = group.add(trace_id=os.urandom(16), span_id=os.urandom(8), name="load price", kind=2)
        span.start_time_unix_nano, span.end_time_unix_nano = now - ago - 10**6, now - ago
        values = {"interface.id": "price-load", "facility.id": "H01", "correlation.id": os.urandom(8).hex(), **attributes}
        for key, value in values.items():
            span.attributes.add(key=key).value.string_value = value
        if error:
            span.status.code, span.status.message = 2, error  # type: ignore[assignment]
    return request.SerializeToString()
