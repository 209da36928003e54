"""A collector behind a real HTTP server on a free loopback port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from collector.collector import Collector
from collector.limits import Limits
from collector.routes import router
from domain.configuration import Configuration
from store.store import Store


@contextmanager
def serving(collector: Collector) -> Iterator[str]:
    """The collector's routes on a free port; yields the base URL."""
    app = FastAPI()
    app.include_router(router(collector))
    collector.start()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        collector.stop()


@pytest.fixture
def collector(store: Store, configuration: Configuration) -> Collector:
    return Collector(store, configuration)


@pytest.fixture
def url(collector: Collector) -> Iterator[str]:
    with serving(collector) as base:
        yield base


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as opened:
        yield opened


@pytest.fixture
def serve_with(store: Store, configuration: Configuration) -> Iterator[Callable[..., httpx.Client]]:
    """Makes a client of a collector with other limits or a key."""
    stack = []

    def make(limits: Limits | None = None, **options: object) -> httpx.Client:
        context = serving(Collector(store, configuration, limits=limits, **options))  # type: ignore[arg-type]
        client = httpx.Client(base_url=context.__enter__(), timeout=60)
        stack.append((context, client))
        return client

    yield make
    for context, client in stack:
        client.close()
        context.__exit__(None, None, None)
