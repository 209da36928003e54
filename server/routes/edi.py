"""X12 documents over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from analytics import edi
from server.routes.json import Answer
from server.routes.questions import Asked, Limit, Period

router = APIRouter(prefix="/api/v1", tags=["questions"])

Status = Literal["accepted", "rejected", "awaiting", "overdue", "not_expected"]


@router.get("/edi")
def list_edi(
    context: Asked,
    interval: Period,
    partner: str | None = None,
    set_id: Annotated[str | None, Query(alias="set", description="a transaction set, for example 850")] = None,
    status: Status | None = None,
    key: Annotated[str | None, Query(description="a business key or a control number, as written")] = None,
    limit: Limit = 200,
) -> Answer:
    """X12 documents of the interval with their acknowledgements, figures per set, and control numbers used twice."""
    found = edi.documents(context, interval, partner=partner, set_id=set_id, status=status, key=key, limit=limit)
    return Answer(
        {
            "by_set": edi.by_set(context, interval),
            "documents": found,
            "control_conflicts": edi.control_conflicts(context, interval, limit=limit),
        }
    )


@router.get("/edi/overdue")
def list_overdue(context: Asked, partner: str | None = None, limit: Limit = 200) -> Answer:
    """Documents of the last 45 days whose acknowledgement is due and has not come, the longest missing first."""
    return Answer(edi.overdue(context, partner=partner, limit=limit))
