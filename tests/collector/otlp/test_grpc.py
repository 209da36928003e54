"""The gRPC door: answers, refusals with their details, compression, limits."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse

from collector.limits import Limits
from collector.otlp.signals import FORMS
from domain.intake import Signal
from store.query import Query
from store.store import Store
from tests.support.telemetry import span_request

TRACES = FORMS[Signal.TRACES].method
NOW = datetime(2026, 11, 19, 15, tzinfo=UTC)


def body(spans: int = 1) -> bytes:
    request = ExportTraceServiceRequest()
    for _ in range(spans):
        request.MergeFromString(span_request("load", NOW, 1, None, os.urandom(16), b"", "erp", {}))
    return request.SerializeToString()


def export(channel: grpc.Channel, sent: bytes, **options: object) -> bytes:
    return bytes(channel.unary_unary(TRACES)(sent, timeout=60, **options))


def refused(channel: grpc.Channel, sent: bytes, **options: object) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as error:
        export(channel, sent, **options)
    return error.value


def count(store: Store) -> int:
    return int(store.value(Query("test/count", "SELECT count() FROM spans")))


def test_stored_compressed_or_not_and_once(channel: grpc.Channel, store: Store) -> None:
    sent = body()
    for compression in grpc.Compression:
        assert export(channel, sent, compression=compression) == b""
    assert count(store) == 1
    assert export(channel, body(40), compression=grpc.Compression.Gzip) == b""
    assert export(channel, gzip.compress(body())) == export(channel, zlib.compress(body())) == b""
    assert count(store) == 43
    good, bad = ExportTraceServiceRequest.FromString(body(2)), body()
    good.resource_spans[0].scope_spans[0].spans[0].trace_id = b"short"
    answer = ExportTraceServiceResponse.FromString(export(channel, good.SerializeToString()))
    assert answer.partial_success.rejected_spans == 1
    assert "trace_id of 5 bytes" in answer.partial_success.error_message
    assert count(store) == 44
    error = refused(channel, bad[:-3])
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "not an OTLP span request" in error.details()
    with pytest.raises(grpc.RpcError) as unknown:
        channel.unary_unary("/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export")(b"", timeout=60)
    assert unknown.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_the_key_is_asked_for(grpc_with: Callable[..., grpc.Channel], store: Store) -> None:
    channel = grpc_with(ingest_key="sesame")
    assert refused(channel, body()).code() is grpc.StatusCode.UNAUTHENTICATED
    assert refused(channel, body(), metadata=(("authorization", "Bearer wrong"),)).code() is grpc.StatusCode.UNAUTHENTICATED
    assert export(channel, body(), metadata=(("authorization", "Bearer sesame"),)) == b""
    assert count(store) == 1


def test_too_large_and_bombs(grpc_with: Callable[..., grpc.Channel], store: Store) -> None:
    channel = grpc_with(Limits(body=100_000, inflated=1 << 20))
    assert refused(channel, bytes(300_000)).code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    error = refused(channel, bytes(64 << 20), compression=grpc.Compression.Gzip)
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "inflates beyond" in error.details()
    assert count(store) == 0


def test_a_full_queue_says_when_to_come_back(grpc_with: Callable[..., grpc.Channel], store: Store) -> None:
    channel = grpc_with(Limits(waiting=300, linger=0.5, retry_after=7))
    calls = [channel.unary_unary(TRACES).future(body(), timeout=60) for _ in range(8)]
    errors = [error for call in calls if (error := call.exception()) is not None]
    assert errors
    for error in errors:
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        status = Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
        retry = RetryInfo()
        assert status.details[0].Unpack(retry)
        assert retry.retry_delay.seconds == 7
    assert count(store) == 8 - len(errors)
