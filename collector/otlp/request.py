"""Check one OTLP trace request and frame it for the store, without decoding its spans."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import chain

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector.refusals import Refused

_HASH_TAG = b"\xc2\x3e"  # field 1000, length-delimited: store/otlp_schema.proto
_RECEIVED_TAG = b"\xc8\x3e"  # field 1001, varint
_NO_TRACE = bytes(16)
_NO_SPAN = bytes(8)


@dataclass(frozen=True, slots=True)
class OtlpRequest:
    """A checked body. `digest` is the SHA-256 of the body after decompression: the same bytes again count once."""

    framed: bytes
    digest: bytes
    records: int

    @property
    def size(self) -> int:
        return len(self.framed)


def check(body: bytes, received_unix_nano: int) -> OtlpRequest:
    """A request the store can parse, or Refused 400 saying what is wrong."""
    try:
        message = ExportTraceServiceRequest.FromString(body)
    except DecodeError as error:
        raise Refused(400, "not_protobuf", f"The body is not an OTLP trace request: {error}") from error
    spans = _check_ids(message)
    digest = hashlib.sha256(body).digest()
    return OtlpRequest(frame(body, digest, received_unix_nano), digest, spans)


def _check_ids(message: ExportTraceServiceRequest) -> int:
    """Number of spans. The engine pads a short id with zeros and refuses a whole batch for a long one, so both stop here."""
    groups = [scope.spans for resource in message.resource_spans for scope in resource.scope_spans]
    traces = [span.trace_id for span in chain.from_iterable(groups)]
    spans = [span.span_id for span in chain.from_iterable(groups)]
    _check_lengths("trace_id", traces, _NO_TRACE)
    _check_lengths("span_id", spans, _NO_SPAN)
    return len(traces)


def _check_lengths(name: str, ids: list[bytes], none: bytes) -> None:
    wrong = set(map(len, ids)) - {len(none)}
    if wrong:
        index = next(i for i, value in enumerate(ids) if len(value) != len(none))
        raise Refused(400, f"bad_{name}", f"Span {index} has a {name} of {len(ids[index])} bytes; it must have {len(none)}")
    if none in ids:
        raise Refused(400, f"bad_{name}", f"Span {ids.index(none)} has a {name} of zeros only, which OpenTelemetry calls invalid")


def frame(body: bytes, digest: bytes, received_unix_nano: int) -> bytes:
    """`body` with intake's two fields appended, preceded by its length as a varint."""
    extended = b"".join((body, _HASH_TAG, b"\x20", digest, _RECEIVED_TAG, varint(received_unix_nano)))
    return varint(len(extended)) + extended


def varint(value: int) -> bytes:
    """`value` (not negative) in protobuf's base-128 encoding."""
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
