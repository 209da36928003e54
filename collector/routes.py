"""The collector's HTTP surface: the same routes on every port that takes telemetry in."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from collector.collector import Collector
from collector.doors import take_json
from collector.edi import routes as edi
from collector.events import routes as events
from collector.files import routes as files
from collector.otlp import routes as otlp
from collector.pings import routes as pings

_JSON = ("application/json",)


def router(collector: Collector) -> APIRouter:
    """Every way in over HTTP; each signal with more than one route has a router of its own."""
    routes = APIRouter()
    routes.include_router(otlp.router(collector))
    routes.include_router(edi.router(collector))
    routes.include_router(events.router(collector))
    routes.include_router(files.router(collector))
    routes.include_router(pings.router(collector))

    @routes.post("/v1/queues", summary="Queue samples")
    async def queues(request: Request) -> Response:
        return await take_json(collector, "queues", request, _JSON, partial(collector.take_json, "queues"))

    @routes.post("/v1/batches", summary="Batch runs and their rejects")
    async def batches(request: Request) -> Response:
        return await take_json(collector, "batches", request, _JSON, partial(collector.take_json, "batches"))

    return routes
