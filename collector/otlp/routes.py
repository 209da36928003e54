"""OTLP over HTTP."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request, Response

from collector.collector import Collector
from collector.doors import body_of, checked, committed
from collector.otlp import responses
from collector.refusals import Refused


def router(collector: Collector) -> APIRouter:
    """POST /v1/traces, answered after commit in the words of OTLP."""
    routes = APIRouter()

    @routes.post("/v1/traces", summary="OpenTelemetry traces, OTLP/HTTP protobuf")
    async def traces(request: Request) -> Response:
        return await _take_traces(collector, request)

    return routes


async def _take_traces(collector: Collector, request: Request) -> Response:
    began = time.monotonic()
    try:
        body = await body_of(collector, request, (responses.PROTOBUF,), collector.limits.body, collector.limits.inflated)
        spans, commit = await checked(len(body), collector.take_traces, body)
        await committed(commit)
    except Refused as refused:
        collector.counters.refuse("traces", refused.reason)
        return responses.refusal(refused)
    collector.counters.acknowledge("traces", spans if commit is not None else 0, time.monotonic() - began)
    return responses.stored()
