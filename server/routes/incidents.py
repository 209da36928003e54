"""Incidents, what is asked of them, silences and deliveries over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from alerts import record
from alerts.commands import Action, Command, Source, append, outcomes, vouched
from alerts.silences import silences
from server.routes.json import Answer
from server.routes.questions import Asked, Limit

router = APIRouter(prefix="/api/v1", tags=["incidents"])


class Request(BaseModel):
    """What is asked of one incident. by: who asks, an id of people. request_id: sent again, it counts once."""

    model_config = ConfigDict(extra="forbid")

    action: Action
    by: str = Field(min_length=1)
    value: str = Field(default="", max_length=2_000)
    until: AwareDatetime | None = None
    source: Source = Source.API
    request_id: str = ""


class SilenceRequest(BaseModel):
    """A silence over alerts like all `matchers`, or over what one incident is about. starts None: at once."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(min_length=1)
    until: AwareDatetime
    starts: AwareDatetime | None = None
    matchers: tuple[str, ...] = Field(default=(), max_length=50)
    incident_id: str = ""
    comment: str = Field(default="", max_length=2_000)
    source: Source = Source.API
    request_id: str = ""


class ExpireRequest(BaseModel):
    """The early end of a silence."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(min_length=1)
    source: Source = Source.API
    request_id: str = ""


# Routes with fixed names come before those with an id.
@router.get("/incidents/commands")
def list_commands(context: Asked, id: Annotated[list[str], Query(max_length=500)]) -> Answer:
    """What became of commands: pending, accepted, or refused and why."""
    return Answer(outcomes(context, id))


@router.get("/incidents/{incident_id}")
def show_incident(context: Asked, incident_id: str, limit: Limit = 1_000) -> Answer:
    """One incident, everything that happened to it, and its messages; 404 when it does not exist."""
    found = record.incident(context, incident_id)
    if found is None:
        raise HTTPException(404, f'incident "{incident_id}" does not exist; list them at /api/v1/incidents')
    events = record.history(context, incident_id, limit=limit)
    return Answer({"incident": found, "history": events, "deliveries": record.deliveries(context, incident_id)})


@router.post("/incidents/{incident_id}/commands")
def command_incident(context: Asked, incident_id: str, asked: Request) -> Answer:
    """Acknowledge, unacknowledge, snooze, resolve, reassign, comment or silence; 202: pending until the scheduler decides."""
    given = Command(
        asked.action, asked.by, incident_id, asked.value, asked.until, source=vouched(asked.source), command_id=asked.request_id
    )
    return Answer(outcomes(context, [append(context, given)]), status_code=202)


@router.get("/silences")
def list_silences(context: Asked, ended: bool = False, limit: Limit = 500) -> Answer:
    """Silences that last or will begin, newest first; with `ended` those that are over as well."""
    now: datetime = context.now
    return Answer([{"state": one.state(now), "silence": one} for one in silences(context, ended=ended, limit=limit)])


@router.post("/silences")
def make_silence(context: Asked, asked: SilenceRequest) -> Answer:
    """Ask for a silence; 202: pending until the scheduler decides."""
    given = Command(
        Action.SILENCE, asked.by, asked.incident_id, asked.comment, asked.until, asked.starts, asked.matchers,
        source=vouched(asked.source), command_id=asked.request_id,
    )  # fmt: skip
    return Answer(outcomes(context, [append(context, given)]), status_code=202)


@router.post("/silences/{silence_id}/expire")
def expire_silence(context: Asked, silence_id: str, asked: ExpireRequest) -> Answer:
    """Ask for the early end of a silence; 202: pending until the scheduler decides."""
    given = Command(
        Action.EXPIRE_SILENCE,
        asked.by,
        silence_id=silence_id,
        source=vouched(asked.source),
        command_id=asked.request_id,
    )
    return Answer(outcomes(context, [append(context, given)]), status_code=202)


@router.get("/deliveries")
def list_deliveries(context: Asked, incident: str = "", person: str = "", limit: Limit = 500) -> Answer:
    """Messages owed, sent and given up, newest first; of one incident, or to one person (a mail address)."""
    return Answer(record.deliveries(context, incident, person=person, limit=limit))
