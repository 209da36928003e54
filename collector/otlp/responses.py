"""Answers in the words of OTLP/HTTP: ExportTraceServiceResponse, or google.rpc.Status."""

from __future__ import annotations

from fastapi import Response
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from collector.refusals import Refused

PROTOBUF = "application/x-protobuf"
_STORED = ExportTraceServiceResponse().SerializeToString()
# HTTP status → google.rpc.Code (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto)
_CODES = {400: 3, 401: 16, 413: 8, 415: 3, 429: 8, 503: 14}


def stored() -> Response:
    return Response(_STORED, media_type=PROTOBUF)


def refusal(refused: Refused) -> Response:
    status = Status(code=_CODES.get(refused.status, 13), message=refused.message)
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after is not None else {}
    if refused.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(status.SerializeToString(), refused.status, headers, media_type=PROTOBUF)
