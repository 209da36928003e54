"""Is it up, can it store, and its own figures."""

from __future__ import annotations

from dataclasses import asdict
from numbers import Number

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse

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


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> str:
    """Own figures in the Prometheus text format: intake and jobs."""
    runtime: Runtime = request.app.state.runtime
    lines = [
        f"supplyscope_intake_{name} {value}"
        for name, value in asdict(runtime.collector.figures()).items()
        if isinstance(value, Number)
    ]
    for job in runtime.scheduler.figures():
        label = f'{{job="{job.name}"}}'
        lines.append(f"supplyscope_job_runs_total{label} {job.runs}")
        lines.append(f"supplyscope_job_failures_total{label} {job.failures}")
        lines.append(f"supplyscope_job_last_seconds{label} {job.last_seconds:.6f}")
    return "\n".join(lines) + "\n"
