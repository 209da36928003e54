"""POST /v1/events: CloudEvents in structured, batched and binary mode."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from collector.collector import Collector
from collector.doors import body_of, checked, committed, json_refusal
from collector.events.modes import structured
from collector.refusals import Refused


def router(collector: Collector) -> APIRouter:
    routes = APIRouter()

    @routes.post("/v1/events", summary="Business events, CloudEvents 1.0")
    async def events(request: Request) -> Response:
        began = time.monotonic()
        try:
            limit = collector.limits.json_body
            body = await body_of(collector, request, None, limit, limit)
            records, commit = await checked(len(body), lambda: collector.take_json("events", structured(request.headers, body)))
            await committed(commit)
        except Refused as refused:
            collector.counters.refuse("events", refused.reason)
            return json_refusal(refused)
        collector.counters.acknowledge("events", records if commit is not None else 0, time.monotonic() - began, len(body))
        return JSONResponse({"accepted": records})

    return routes
