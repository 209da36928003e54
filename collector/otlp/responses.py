"""Answers in the words of OTLP/HTTP, in the request's own encoding: an Export…Response, or google.rpc.Status."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]

from collector.otlp.request import OtlpRequest
from collector.otlp.signals import FORMS
from collector.refusals import Refused

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
# HTTP status → google.rpc.Code (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto)
CODES = {400: 3, 401: 16, 403: 7, 408: 4, 413: 8, 415: 3, 429: 8, 503: 14}
_INTERNAL = 13


def stored(request: OtlpRequest, encoding: str) -> Response:
    return _answer(answer(request), encoding)


def answer(request: OtlpRequest) -> Any:
    """The response message; partial_success when records were left out."""
    form = FORMS[request.signal]
    response = form.response()
    if request.rejected:
        setattr(response.partial_success, form.rejected, request.rejected)
        response.partial_success.error_message = request.note
    return response


def status(refused: Refused) -> Any:
    """google.rpc.Status, with RetryInfo where sending again helps."""
    found = Status(code=CODES.get(refused.status, _INTERNAL), message=refused.message)
    if refused.retry_after is not None:
        found.details.add().Pack(RetryInfo(retry_delay=Duration(seconds=refused.retry_after)))
    return found


def refusal(refused: Refused, encoding: str) -> Response:
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after is not None else {}
    if refused.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _answer(status(refused), encoding, refused.status, headers)


def encoding_of(content_type: str | None) -> str:
    """The encoding to answer in: what was sent, JSON to a sender of neither, who is likely a person."""
    return PROTOBUF if (content_type or "").partition(";")[0].strip().lower() == PROTOBUF else JSON


def _answer(message: Any, encoding: str, code: int = 200, headers: dict[str, str] | None = None) -> Response:
    if encoding == PROTOBUF:
        return Response(message.SerializeToString(), code, headers, media_type=PROTOBUF)
    return Response(json_format.MessageToJson(message, indent=None), code, headers, media_type=JSON)
