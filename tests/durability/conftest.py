"""A store that can go away: the real engine behind HTTP, with faults, and collectors that keep what it does not take."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.collector import Collector
from collector.limits import Limits
from domain.configuration import Configuration
from domain.intake import Signal
from store.engine import Location
from store.migrate import migrate
from store.query import Query
from store.store import Store
from tests.helpers.http_engine import HttpEngine
from tests.support.telemetry import span_request

SECONDS = 120


class RemoteStore:
    """A migrated database on an engine that can be switched off and on; `direct` reads it without the network."""

    def __init__(self, engine: Store, configuration: Configuration) -> None:
        self.database = f"t_{uuid.uuid4().hex}"
        self.direct = Store(Location(database=self.database))
        migrate(self.direct, configuration)
        self.engine = HttpEngine(0)
        self.port = self.engine.port
        self._serve()
        self.opened: list[Store] = []

    def _serve(self) -> None:
        self._thread = threading.Thread(target=self.engine.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def store(self, answer_seconds: int = 60) -> Store:
        opened = Store(Location(host="127.0.0.1", port=self.port, database=self.database, answer_seconds=answer_seconds))
        self.opened.append(opened)
        return opened

    def off(self) -> None:
        """From now on connections are refused."""
        self.engine.shutdown()
        self._thread.join()
        self.engine.server_close()

    def on(self) -> None:
        self.engine = HttpEngine(self.port)
        self._serve()

    def close(self) -> None:
        for store in self.opened:
            store.close()
        self.off()
        self.direct.command(f"DROP DATABASE {self.database}")
        self.direct.close()


@pytest.fixture
def remote(engine: Store, configuration: Configuration) -> Iterator[RemoteStore]:
    opened = RemoteStore(engine, configuration)
    yield opened
    opened.close()


@pytest.fixture
def collecting(configuration: Configuration, tmp_path: Path) -> Callable[..., object]:
    """Runs a collector on a store with a spool of its own (or none)."""

    @contextmanager
    def run(store: Store, name: str | None = "a", limits: Limits | None = None) -> Iterator[Collector]:
        collector = Collector(store, configuration, spool=tmp_path / name / "spool" if name else None, limits=limits or Limits())
        collector.start()
        try:
            yield collector
        finally:
            collector.stop()

    return run


def span(attributes: dict[str, str] | None = None, name: str = "x", error: str | None = None) -> bytes:
    """One span with a key of its own."""
    values = {"interface.id": "po-to-erp", "correlation.id": uuid.uuid4().hex} | (attributes or {})
    return span_request(name, datetime.now(UTC), 1, error, os.urandom(16), b"", "erp", values)


def commit_of(collector: Collector, body: bytes) -> Future[None] | None:
    """The future of a trace request's commit; None when it is stored already."""
    return collector.take_otlp(Signal.TRACES, body)[1]


def send(collector: Collector, *bodies: bytes) -> None:
    """Acknowledged, each as a request of its own."""
    for body in bodies:
        commit = commit_of(collector, body)
        if commit is not None:
            commit.result(SECONDS)


def count(store: Store, table: str = "spans", column: str = "count()") -> int:
    return int(store.value(Query("test/count", f"SELECT {column} FROM {table}")) or 0)


def until(holds: Callable[[], bool], seconds: float = SECONDS) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
