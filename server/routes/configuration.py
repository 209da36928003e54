"""The configuration in force, and reading it again."""

from __future__ import annotations

import dataclasses
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse

from domain.problems import ConfigurationError
from server.routes.json import Answer
from server.runtime import Runtime
from server.settings import is_loopback
from store.generations import active_number, generations, progress
from store.query import Query

router = APIRouter(prefix="/api/v1/configuration", tags=["configuration"])
_COLLECTORS = Query.beside(__file__, "collectors.sql")


@router.get("")
def show(request: Request) -> Answer:
    """Fingerprint of the configuration, the generations of its rules with their progress, and the collectors with theirs."""
    runtime: Runtime = request.app.state.runtime
    known = generations(runtime.store)
    return Answer(
        {
            "configuration": runtime.configuration.fingerprint,
            "rules": runtime.collector.agreement.rules,
            "active_generation": active_number(runtime.store),
            "generations": [_described(runtime, g) for g in known[-5:]],
            "collectors": runtime.store.records(_COLLECTORS),
        }
    )


@router.post("/reload", response_model=None)
def reload(request: Request) -> Answer | JSONResponse:
    """Read the configuration folder again; 422 with every mistake in it, the old one staying in force."""
    runtime: Runtime = request.app.state.runtime
    if runtime.settings.page_password is None and not is_loopback(request.client.host if request.client else ""):
        raise HTTPException(
            403,
            "Without a page password the configuration is reloaded from this machine only; set one, or send the process SIGHUP",
        )
    try:
        return Answer(dataclasses.asdict(runtime.reconfiguration.reload()))
    except ConfigurationError as error:
        return JSONResponse({"error": str(error), "problems": [str(p) for p in error.problems]}, status_code=422)


def _described(runtime: Runtime, generation: Any) -> dict[str, Any]:
    described = dataclasses.asdict(generation)
    del described["waiting_for"], described["revision"]
    return described | {"progress": dataclasses.asdict(progress(runtime.store, generation.number))}
