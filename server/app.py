"""The FastAPI application: intake, API and pages on one port; intake alone on the OTLP port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request

import dashboards
from collector.routes import router as intake
from dashboards import source
from server import gate
from server.routes import (
    audit,
    configuration,
    edi,
    exceptions,
    feeds,
    flows,
    health,
    incidents,
    jobs,
    links,
    masks,
    on_call,
    pricing,
    questions,
    reports,
    slack,
    slas,
)
from server.runtime import Runtime
from server.settings import Role
from store.errors import StoreError, StoreUnavailable

_ENTRY = Path(dashboards.__file__).parent / "app.py"


def create_app(runtime: Runtime) -> FastAPI:
    """Everything this process's roles serve on the main port."""
    pages = streamlit.App(_ENTRY) if Role.DASHBOARD in runtime.settings.roles else None
    if pages is not None:
        wrong = runtime.wrong_passwords
        source.set_provider(lambda: runtime.context, lambda: runtime.settings.page_password, lambda: wrong.count("page"))
    app = FastAPI(title="Supplyscope", version="0.1.0", lifespan=pages.lifespan() if pages else None, redoc_url=None)
    app.state.runtime = runtime
    app.include_router(health.router)
    app.include_router(configuration.router)
    app.include_router(masks.router)
    if Role.COLLECTOR in runtime.settings.roles:
        app.include_router(intake(runtime.collector))
    if Role.DASHBOARD in runtime.settings.roles:
        app.include_router(questions.router)
        app.include_router(jobs.router)
        app.include_router(flows.router)
        app.include_router(pricing.router)
        app.include_router(slas.router)
        app.include_router(edi.router)
        app.include_router(exceptions.router)
        app.include_router(feeds.router)
        app.include_router(reports.router)
        app.include_router(incidents.router)
        app.include_router(audit.router)
        app.include_router(slack.router)
        app.include_router(links.router)
        app.include_router(on_call.router)
    _explain_store_errors(app)
    if pages is not None:
        app.mount("/", pages)
    app.add_middleware(
        gate.Gate,
        allowed_host=runtime.settings.host,
        pages=pages is not None,
        password=runtime.settings.page_password,
        wrong=lambda: runtime.wrong_passwords.count("api"),
    )
    return app


def create_intake_app(runtime: Runtime) -> FastAPI:
    """What the OTLP port serves: intake and liveness."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    app = FastAPI(title="Supplyscope intake", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.runtime = runtime
    app.include_router(health.router)
    app.include_router(intake(runtime.collector))
    _explain_store_errors(app)
    app.add_middleware(gate.Gate, allowed_host=runtime.settings.host, pages=False, password=runtime.settings.page_password)
    return app


def _explain_store_errors(app: FastAPI) -> None:
    @app.exception_handler(StoreError)
    async def explain(_: Request, error: Exception) -> JSONResponse:
        status = 503 if isinstance(error, StoreUnavailable) else 500
        return JSONResponse(
            {"error": str(error).split("\n", 1)[0]}, status_code=status, headers={"Retry-After": "5"} if status == 503 else None
        )
