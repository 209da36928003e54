"""Shared fixtures: one real in-memory engine per run, a database per test, out of reach of tests that did not ask."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.context import Context
from domain.configuration import Configuration
from store.engine import Engine, Location
from store.errors import StoreError
from store.store import Store
from tests.support.databases import Databases
from tests.support.network import small_network
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
_ASKED = {"store", "engine", "context", "telemetry", "server", "real_store"}


@pytest.fixture(scope="session")
def engine() -> Iterator[Store]:
    """Keeps the in-memory engine alive for the run."""
    store = Store(Location(database="keep"))
    yield store
    store.close()


@pytest.fixture
def configuration() -> Configuration:
    """A small complete network: three facilities, five interfaces, one SLA of each kind."""
    return small_network()


@pytest.fixture(scope="session")
def databases(engine: Store) -> Databases:
    """Migrated databases that a test has emptied again: migrating takes longer than most tests."""
    return Databases()


@pytest.fixture
def store(databases: Databases, configuration: Configuration) -> Iterator[Store]:
    """A migrated database of the test's own, empty."""
    opened = databases.take(configuration)
    yield opened
    databases.give_back(opened, configuration)


@pytest.fixture
def context(store: Store, configuration: Configuration) -> Context:
    """Everything visible, the clock stopped at NOW."""
    return Context(store, configuration, clock=lambda: NOW)


@pytest.fixture
def telemetry(store: Store) -> Telemetry:
    """Puts spans and other evidence into the test's database the way the collector does."""
    return Telemetry(store, NOW)


@pytest.fixture(autouse=True)
def database_only_on_request(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that did not ask for the store cannot open one."""
    if _ASKED & set(request.fixturenames):
        return

    def refuse(self: Engine, *_: object) -> None:
        raise StoreError("This test did not ask for the database; take the fixture 'store', 'context' or 'real_store'")

    monkeypatch.setattr(Engine, "_open", refuse)


@pytest.fixture
def real_store(engine: Store) -> Store:
    """For tests that open stores of their own; keeps the in-memory engine alive meanwhile."""
    return engine


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Public inputs beside the project; tests that read them are skipped where the folder is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: it holds public inputs that are not part of the project")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium of the system; skipped only where none is installed."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("no Chromium is installed; apt-get install chromium")
    from playwright.sync_api import sync_playwright

    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, headless=True, args=arguments)
        yield browser
        browser.close()
