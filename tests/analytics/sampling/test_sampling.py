"""Weights read from trace state, and the interfaces they mark."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from analytics import sampling
from analytics.context import Context
from domain.interval import Interval
from store import view_definitions
from store.query import Query
from store.store import Store
from tests.conftest import NOW
from tests.support.telemetry import framed, span_request

# OpenTelemetry's threshold T is the share rejected: 1/2 → 8, 3/4 → c, 99 % → fd70a3d70a3d71.
_WEIGHTS = [
    ("", 1), ("ot=th:0", 1), ("ot=th:8", 2), ("ot=th:c;rv:ffffffffffffff", 4), ("a=b, ot=rv:1;th:fd70a3d70a3d71 ,z=y", 100),
    ("ot=p:3;r:5", 8), ("ot=r:1;p:63", 0), ("ot=p:64", 1), ("ot=th:xyz", 1), ("xot=th:8", 1), ("ot=th:123456789012345", 1),
]  # fmt: skip


def test_weights(real_store: Store) -> None:
    expression = (Path(view_definitions.__file__).parent / "views" / "fragments" / "sampling_weight.sql").read_text()
    asked = Query("test/weights", f"SELECT arrayMap(trace_state -> {expression}, {{states:Array(String)}})")
    found = real_store.value(asked, states=[state for state, _ in _WEIGHTS])
    assert found == pytest.approx([weight for _, weight in _WEIGHTS])


def _span(store: Store, interface: str, state: str) -> None:
    body = span_request("x", NOW - timedelta(minutes=5), 1, None, os.urandom(16), b"", "erp", {"interface.id": interface})
    request = ExportTraceServiceRequest.FromString(body)
    request.resource_spans[0].scope_spans[0].spans[0].trace_state = state
    store.insert_otlp(framed(request.SerializeToString(), NOW), os.urandom(8).hex())


def test_sampled_interfaces_are_marked(store: Store, context: Context) -> None:
    interval = Interval(NOW - timedelta(hours=1), NOW)
    assert sampling.sampled(context, interval) == ()
    for interface, state in (("erp-price-load", "ot=th:8"), ("erp-price-load", ""), ("po-to-erp", "")):
        _span(store, interface, state)
    assert sampling.sampled(context, interval) == (sampling.SampledInterface("erp-price-load", 2, 1, 3.0),)
    assert sampling.sampled(context, Interval(NOW - timedelta(hours=3), NOW - timedelta(hours=2))) == ()
