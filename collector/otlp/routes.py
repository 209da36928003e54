"""OTLP over HTTP."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request, Response

from collector.collector import Collector
from collector.doors import body_of
from collector.otlp import responses
from collector.otlp.exporting import export
from collector.otlp.signals import FORMS
from collector.refusals import Refused
from domain.intake import Signal

_TYPES = (responses.PROTOBUF, responses.JSON)


def router(collector: Collector) -> APIRouter:
    """POST /v1/traces, /v1/logs and /v1/metrics, protobuf or JSON, answered after commit in the words of OTLP."""
    routes = APIRouter()
    for signal in FORMS:
        routes.add_api_route(
            f"/v1/{signal.value}",
            _door(collector, signal),
            methods=["POST"],
            name=signal.value,
            summary=f"OpenTelemetry {signal.value}, OTLP/HTTP protobuf or JSON",
        )
    return routes


def _door(collector: Collector, signal: Signal):  # type: ignore[no-untyped-def]
    async def take(request: Request) -> Response:
        return await _take(collector, signal, request)

    return take


async def _take(collector: Collector, signal: Signal, request: Request) -> Response:
    began = time.monotonic()
    encoding = responses.encoding_of(request.headers.get("content-type"))
    try:
        body = await _body(collector, request, json=encoding == responses.JSON)
        taken = await export(collector, signal, body, began, json=encoding == responses.JSON)
    except Refused as refused:
        collector.counters.refuse(signal.value, refused.reason)
        return responses.refusal(refused, encoding)
    return responses.stored(taken, encoding)


async def _body(collector: Collector, request: Request, *, json: bool) -> bytes:
    limits = collector.limits
    if json:  # costs far more memory for each byte
        return await body_of(collector, request, _TYPES, limits.json_body, limits.json_body)
    return await body_of(collector, request, _TYPES, limits.body, limits.inflated)
