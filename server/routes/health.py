"""Is it up, can it store, and its own figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from server import metrics as own_metrics
from server.runtime import Runtime
from store.errors import StoreError
from store.query import Query

router = APIRouter(tags=["health"])
_ALIVE = Query("health/alive", "SELECT 1")


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
def ready(request: Request) -> JSONResponse:
    """The store answers too; 503 with the reason when it does not."""
    runtime: Runtime = request.app.state.runtime
    try:
        runtime.store.value(_ALIVE)
    except StoreError as error:
        return JSONResponse({"status": "not ready", "error": str(error).split("\n", 1)[0]}, status_code=503)
    return JSONResponse(
        {"status": "ready", "roles": sorted(runtime.settings.roles), "configuration": runtime.configuration.fingerprint}
    )


@router.get("/api/v1/intake/kept")
def kept(request: Request) -> dict[str, Any]:
    """What was acknowledged and waits on disk for the store, and what can never be stored; figures and reasons, no content."""
    runtime: Runtime = request.app.state.runtime
    state = asdict(runtime.collector.kept())
    return state | {"key": runtime.collector.spool_key, "set_aside": [asdict(one) for one in runtime.collector.set_aside()]}


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Own figures in the Prometheus text format."""
    return Response(own_metrics.text(request.app.state.runtime), media_type=CONTENT_TYPE_PLAIN_0_0_4)
