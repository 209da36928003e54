"""The collector's HTTP surface: the same routes on every port that takes telemetry in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from collector import bodies
from collector.collector import Collector
from collector.otlp import responses
from collector.refusals import Refused

Result = TypeVar("Result")

# A body larger than this is checked in a thread, so that other connections are served meanwhile.
_INLINE = 64 << 10
_JSON_TYPES = {
    "queues": ("application/json",),
    "batches": ("application/json",),
    "events": ("application/cloudevents+json", "application/cloudevents-batch+json", "application/json"),
}


def router(collector: Collector) -> APIRouter:
    """POST /v1/traces, /v1/queues, /v1/batches and /v1/events, answered after commit."""
    routes = APIRouter()

    @routes.post("/v1/traces", summary="OpenTelemetry traces, OTLP/HTTP protobuf")
    async def traces(request: Request) -> Response:
        return await _take_traces(collector, request)

    @routes.post("/v1/queues", summary="Queue samples")
    async def queues(request: Request) -> Response:
        return await _take_json(collector, "queues", request)

    @routes.post("/v1/batches", summary="Batch runs and their rejects")
    async def batches(request: Request) -> Response:
        return await _take_json(collector, "batches", request)

    @routes.post("/v1/events", summary="Business events, CloudEvents 1.0")
    async def events(request: Request) -> Response:
        return await _take_json(collector, "events", request)

    return routes


async def _take_traces(collector: Collector, request: Request) -> Response:
    began = time.monotonic()
    try:
        body = await _body(collector, request, (responses.PROTOBUF,), collector.limits.body, collector.limits.inflated)
        spans, commit = await _checked(len(body), collector.take_traces, body)
        if commit is not None:
            await _committed(commit)
    except Refused as refused:
        collector.counters.refuse("traces", refused.reason)
        return responses.refusal(refused)
    collector.counters.acknowledge("traces", spans if commit is not None else 0, time.monotonic() - began)
    return responses.stored()


async def _take_json(collector: Collector, signal: str, request: Request) -> Response:
    began = time.monotonic()
    try:
        limit = collector.limits.json_body
        body = await _body(collector, request, _JSON_TYPES[signal], limit, limit)
        records, commit = await _checked(len(body), collector.take_json, signal, body)
        await _committed(commit)
    except Refused as refused:
        collector.counters.refuse(signal, refused.reason)
        return _json_refusal(refused)
    collector.counters.acknowledge(signal, records, time.monotonic() - began)
    return JSONResponse({"accepted": records})


async def _body(collector: Collector, request: Request, types: tuple[str, ...], limit: int, inflated: int) -> bytes:
    """The request's body without its encoding, once the sender and the content type are found right."""
    headers = request.headers
    collector.authorise(headers.get("authorization"))
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in types:
        shown = f'"{content_type}"' if content_type else "absent"
        raise Refused(415, "content_type", f"Content-Type is {shown}; send {' or '.join(types)}")
    body = await bodies.read(request.stream(), headers.get("content-length"), limit)
    encoding = headers.get("content-encoding")
    if encoding is None:
        return body
    # Always in a thread: a small body may inflate to a large one.
    return await asyncio.to_thread(bodies.inflate, body, encoding, inflated)


async def _checked(size: int, work: Callable[..., Result], *arguments: Any) -> Result:
    if size <= _INLINE:
        return work(*arguments)
    return await asyncio.to_thread(work, *arguments)


async def _committed(commit: Future[None]) -> None:
    """Waits for the commit. A sender that hangs up does not undo it."""
    await asyncio.shield(asyncio.wrap_future(commit))


def _json_refusal(refused: Refused) -> Response:
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after is not None else {}
    if refused.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    problems = [{name: value for name, value in asdict(problem).items() if value} for problem in refused.problems]
    content = {"error": refused.message} | ({"problems": problems} if problems else {})
    return JSONResponse(content, refused.status, headers)
