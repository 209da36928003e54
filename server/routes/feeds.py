"""Queues' outlook, expected batches, completeness and dependencies over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from analytics import batches, completeness, dependencies, queues
from server.routes.json import Answer
from server.routes.questions import Asked, Limit, Period

router = APIRouter(prefix="/api/v1", tags=["feeds"])


@router.get("/queues/outlook")
def list_outlook(context: Asked) -> Answer:
    """When each queue is empty and by which method, whose consumer is stuck, and what is usual at this hour of the week."""
    return Answer(queues.outlook(context))


@router.get("/batches/arrivals")
def list_arrivals(context: Asked, interval: Period, job: str | None = None, limit: Limit = 1_000) -> Answer:
    """Every batch due in the interval: awaited, on time, late, missed, and what was wrong with it. `to` may lie ahead."""
    return Answer(batches.arrivals(context, interval, job=job, limit=limit))


@router.get("/completeness")
def list_completeness(context: Asked, interval: Period, handover: str | None = None, limit: Limit = 200) -> Answer:
    """Sent against received by hour, the keys missing, and those nobody was seen to send."""
    return Answer(
        {
            "by_hour": completeness.by_hour(context, interval, handover),
            "missing": completeness.missing(context, interval, handover, limit=limit),
            "unsent": completeness.unsent(context, interval, handover, limit=limit),
        }
    )


@router.get("/dependencies")
def list_dependencies(context: Asked, interval: Period, by_version: bool = False, limit: Limit = 1_000) -> Answer:
    """Who calls whom, with the standing of each call in the configured landscape; what ran on last approved prices."""
    return Answer(
        {
            "edges": dependencies.edges(context, interval, by_version=by_version, limit=limit),
            "on_last_prices": dependencies.on_last_prices(context, interval),
        }
    )
