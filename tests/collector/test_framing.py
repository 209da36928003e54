"""Whatever the requests are, framing them back to back loses and changes nothing."""

from __future__ import annotations

import hashlib

from google.protobuf.internal.decoder import _DecodeVarint  # type: ignore[attr-defined]
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector.otlp.request import check
from collector.otlp.wire import frame, varint

NOT_ZERO = st.binary(min_size=8, max_size=8).filter(any)
SPANS = st.lists(st.tuples(NOT_ZERO, st.text(max_size=300), st.integers(0, 2**64 - 1)), max_size=20)


def request(spans: list[tuple[bytes, str, int]]) -> bytes:
    message = ExportTraceServiceRequest()
    group = message.resource_spans.add().scope_spans.add()
    for span_id, name, start in spans:
        group.spans.add(trace_id=span_id * 2, span_id=span_id, name=name, start_time_unix_nano=start)
    return message.SerializeToString()


@given(st.integers(0, 2**64 - 1))
def test_varints_read_back(value: int) -> None:
    encoded = varint(value)
    assert _DecodeVarint(encoded, 0) == (value, len(encoded))


@given(st.lists(SPANS, max_size=5), st.integers(0, 2**63 - 1))
def test_frames_read_back(requests: list[list[tuple[bytes, str, int]]], received: int) -> None:
    bodies = [request(spans) for spans in requests]
    checked = [check(body, received) for body in bodies]
    assert [each.records for each in checked] == [len(spans) for spans in requests]
    joined, position = b"".join(each.framed for each in checked), 0
    for body in bodies:
        size, position = _DecodeVarint(joined, position)
        framed = joined[position : position + size]
        position += size
        # Our two fields are unlisted ones to OpenTelemetry: everything else reads as it was sent.
        message = ExportTraceServiceRequest.FromString(framed)
        message.DiscardUnknownFields()
        assert message == ExportTraceServiceRequest.FromString(body)
        assert framed.startswith(body)
        assert hashlib.sha256(body).digest() in framed[len(body) :]
    assert position == len(joined)


@given(st.binary(max_size=400))
def test_the_frame_is_as_long_as_it_says(body: bytes) -> None:
    framed = frame(body, bytes(32), 1)
    size, position = _DecodeVarint(framed, 0)
    assert len(framed) == position + size
