"""GET, POST and HEAD /ping/…: as healthchecks.io takes them, so that its curl one-liners only change their address."""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from collector.collector import Collector
from collector.doors import body_from, committed, json_refusal
from collector.pings.address import address, run_id
from collector.pings.take import Pings
from collector.refusals import Refused


def router(collector: Collector) -> APIRouter:
    routes = APIRouter()
    pings = Pings(collector)

    @routes.api_route("/ping/{path:path}", methods=["GET", "POST", "HEAD"], summary="A job says start, success, fail or log")
    async def ping(path: str, request: Request) -> Response:
        began = time.monotonic()
        try:
            size = await _take(collector, pings, path, request)
        except Refused as refused:
            collector.counters.refuse("pings", refused.reason)
            return json_refusal(refused)
        collector.counters.acknowledge("pings", 1, time.monotonic() - began, size)
        return PlainTextResponse("OK")

    return routes


async def _take(collector: Collector, pings: Pings, path: str, request: Request) -> int:
    """Bytes of the body, once its report is stored."""
    found = address(path)
    authorization = f"Bearer {found.key}" if found.key is not None else request.headers.get("authorization")
    sender = collector.authorise(authorization, "pings")
    rid = run_id(request.query_params.get("rid"))
    create = request.query_params.get("create") == "1"
    limit = collector.limits.json_body
    body = await body_from(sender, collector, request, limit, limit)
    # In a thread: which run it belongs to may have to be asked of the store.
    await committed(await asyncio.to_thread(pings.take, found, rid, create, body))
    return len(body)
