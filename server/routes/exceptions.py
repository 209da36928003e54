"""Failures in depth, doubles of masters, and the exceptions desk over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from analytics import desk, failures, masters
from server.routes.json import Answer
from server.routes.questions import Asked, Limit, Period

router = APIRouter(prefix="/api/v1", tags=["exceptions"])


class DeskRequest(BaseModel):
    """Actions on work items, all of them for each item. `by`: who asks, an id of people. `request_id`: sent again, it counts once."""

    model_config = ConfigDict(extra="forbid")

    items: list[str] = Field(min_length=1, max_length=1_000)
    by: str = Field(min_length=1)
    request_id: str | None = None
    assign: str | None = None
    comment: str | None = None
    tag: str | None = None
    untag: str | None = None
    due: str | None = None
    resolve: str | None = None
    reopen: str | None = None

    def wanted(self) -> dict[str, str]:
        """Action → value, of those asked for."""
        asked: dict[str, Any] = self.model_dump(exclude={"items", "by", "request_id"}, exclude_none=True)
        return asked


@router.get("/failures/recovery")
def list_recovery(
    context: Asked,
    interval: Period,
    by: Literal["class", "interface", "facility", "all"] = "class",
    failure_class: str | None = None,
    interface: str | None = None,
) -> Answer:
    """MTTD, MTTR, recurrences and reopenings per class, interface or facility."""
    return Answer(failures.recovery(context, interval, by, failure_class=failure_class, interface=interface))


@router.get("/failures/episodes")
def list_episodes(
    context: Asked,
    interval: Period,
    failure_class: str | None = None,
    interface: str | None = None,
    key: str | None = None,
    item: str | None = None,
    limit: Limit = 200,
) -> Answer:
    """Each time an object failed at a facility, from its first failure to what answered it."""
    given = {"failure_class": failure_class, "interface": interface, "key": key, "item": item}
    return Answer(failures.episodes(context, interval, **given, limit=limit))


@router.get("/failures/matrix")
def list_matrix(
    context: Asked,
    interval: Period,
    failure_class: str | None = None,
    interface: str | None = None,
    key: str | None = None,
    limit: Limit = 2_000,
) -> Answer:
    """Interface × class, and interface × class × object."""
    given = {"failure_class": failure_class, "interface": interface, "key": key}
    cells = failures.mapping_matrix(context, interval, **given, limit=limit)
    return Answer({"matrix": failures.matrix(context, interval), "objects": cells})


@router.get("/failures/affected")
def list_affected(context: Asked, interval: Period, limit: Limit = 10_000) -> Answer:
    """Documents and money behind each object that failed."""
    return Answer(failures.affected(context, interval, limit=limit))


@router.get("/failures/templates")
def list_templates(context: Asked, interval: Period, interface: str | None = None, limit: Limit = 200) -> Answer:
    """Kinds of messages that no rule knows, new ones first."""
    return Answer(failures.templates(context, interval, interface=interface, limit=limit))


@router.get("/masters")
def list_masters(
    context: Asked, interval: Period, master: Literal["supplier", "item"] | None = None, limit: Limit = 200
) -> Answer:
    """Suppliers and items that are kept twice or differently, the most money first."""
    return Answer(masters.pairs(context, interval, master=master, limit=limit))


@router.get("/desk")
def list_desk(
    context: Asked,
    interval: Period,
    state: Literal["open", "resolved"] | None = None,
    steward: str | None = None,
    failure_class: str | None = None,
    interface: str | None = None,
    tag: str | None = None,
    overdue: bool = False,
    item: Annotated[list[str] | None, Query()] = None,
    limit: Limit = 200,
) -> Answer:
    """Work items that are open, however old, or were resolved in the interval."""
    found = desk.items(
        context, interval, state=state, steward=steward, failure_class=failure_class, interface=interface, tag=tag,
        overdue=overdue, item_ids=item or (), limit=limit,
    )  # fmt: skip
    return Answer(found)


@router.post("/desk/commands", response_model=None)
def command_desk(context: Asked, asked: DeskRequest) -> Answer | JSONResponse:
    """Ask for actions on work items; 202 with the ids of the commands, which are pending until the scheduler accepts them."""
    try:
        ids = desk.ask(context, asked.items, asked.wanted(), actor=asked.by, request_id=asked.request_id)
    except ValueError as error:
        return JSONResponse({"error": str(error)}, status_code=422)
    return Answer(desk.outcomes(context, ids), status_code=202)


@router.get("/desk/commands")
def list_commands(context: Asked, id: Annotated[list[str], Query()]) -> Answer:
    """What became of commands: pending, done, or refused and why."""
    return Answer(desk.outcomes(context, id))


@router.get("/desk/{item_id}/history")
def show_history(context: Asked, item_id: str, limit: Limit = 500) -> Answer:
    """Who did what with one work item, and when, oldest first."""
    found = desk.history(context, item_id, limit=limit)
    if not found:
        raise HTTPException(404, f'work item "{item_id}" does not exist; list them at /api/v1/desk')
    return Answer(found)
