"""The small network with EDI partners, and bodies taken through the real reader into the real store."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from collector.edi.problems import Report
from collector.edi.read import read_x12
from domain.configuration import Configuration
from store.engine import Location
from store.migrate import migrate
from store.query import Query
from store.store import Store
from tests.conftest import NOW
from tests.support.edi import edi_network

Take = Callable[..., Report]


@pytest.fixture
def configuration() -> Configuration:
    return edi_network()


_FILLED = Query("filled", "SELECT name FROM system.tables WHERE database = currentDatabase() AND total_rows > 0")


@pytest.fixture(scope="session")
def migrated(engine: Store) -> Iterator[tuple[Store, frozenset[str]]]:
    """One database for all tests of the folder, and its tables that are not empty from the start: migrating takes seconds."""
    opened = Store(Location(database=f"edi_{uuid.uuid4().hex}"))
    migrate(opened, edi_network())
    yield opened, frozenset(row["name"] for row in opened.records(_FILLED))
    opened.command(f"DROP DATABASE {opened.location.database}")
    opened.close()


@pytest.fixture
def store(migrated: tuple[Store, frozenset[str]]) -> Iterator[Store]:
    """The folder's database, emptied after each test."""
    opened, kept = migrated
    yield opened
    for row in opened.records(_FILLED):
        if row["name"] not in kept:
            opened.command(f"TRUNCATE TABLE {row['name']}")


@pytest.fixture
def take(store: Store, configuration: Configuration) -> Take:
    """Reads a body and stores every piece, as the doors do; returns the report."""

    def taken(body: bytes, *, received: datetime = NOW, direction: str = "") -> Report:
        report = Report()
        for tables in read_x12(io.BytesIO(body), configuration, received, report, source="test", direction=direction):
            for table, rows in tables.items():
                store.insert(table, rows)
        return report

    return taken
