"""The example network behind a running collector, and a small simulated world."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from collector.collector import Collector
from collector.routes import router
from domain.configuration import Configuration
from domain.loader import load
from simulator.world import World
from store.store import Store

FIRST = date(2026, 9, 28)
SMALL = 0.03


@pytest.fixture(scope="session")
def example() -> Configuration:
    return load(Path(__file__).parents[2] / "examples" / "hospital_network")


@pytest.fixture
def configuration(example: Configuration) -> Configuration:
    """The simulator talks about the example network, so its tests run on it."""
    return example


@pytest.fixture
def small_world() -> World:
    return World(7, FIRST, SMALL)


@pytest.fixture
def url(store: Store, configuration: Configuration) -> Iterator[str]:
    """A collector on a free port."""
    collector = Collector(store, configuration)
    app = FastAPI()
    app.include_router(router(collector))
    collector.start()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()
    collector.stop()


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]
