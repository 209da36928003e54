"""Our own scheduled work over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from analytics import activity
from server.routes.json import Answer
from server.routes.questions import Asked

router = APIRouter(prefix="/api/v1", tags=["operation"])


@router.get("/jobs")
def list_jobs(context: Asked) -> Answer:
    """Each job's last run, duration and error, and how far each incremental one has got."""
    return Answer({"runs": activity.job_runs(context), "progress": activity.job_progress(context)})
