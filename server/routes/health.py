"""Is it up, can it store, and its own figures."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from collector.figures import Figures
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
    lines = _intake(runtime.collector.figures())
    for job in runtime.scheduler.figures():
        label = f'{{job="{job.name}"}}'
        lines.append(f"supplyscope_job_runs_total{label} {job.runs}")
        lines.append(f"supplyscope_job_failures_total{label} {job.failures}")
        lines.append(f"supplyscope_job_last_seconds{label} {job.last_seconds:.6f}")
    return "\n".join(lines) + "\n"


def _intake(figures: Figures) -> list[str]:
    """Totals per signal; refusals by reason, too."""
    lines = [f"supplyscope_intake_waiting_bytes {figures.waiting_bytes}", f"supplyscope_intake_repeated_total {figures.repeated}"]
    for name, totals in (("records", figures.accepted), ("requests", figures.requests), ("seconds", figures.seconds_sum)):
        lines += [f'supplyscope_intake_{name}_total{{signal="{signal}"}} {total}' for signal, total in totals.items()]
    for (signal, reason), total in figures.refused.items():
        lines.append(f'supplyscope_intake_refused_total{{signal="{signal}",reason="{reason}"}} {total}')
    return lines
